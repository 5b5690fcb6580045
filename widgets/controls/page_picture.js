// A picture of the page: all of it, also what one would have to scroll to.
//
// The page is copied into an SVG, with the style sheets that apply to it, and the browser draws that. What a copy of the
// document does not have is put in: what boxes hold, and what canvases show.

const SHARPNESS = 2; // pixels in each of the screen
const LONGEST_SIDE = 16_000; // pixels of a canvas that browsers can make
const FRAME = `<svg><foreignObject width="100%" height="100%"></foreignObject></svg>`;
const PLOTLY = Symbol.for("descent-lab.plotly");
const SPACE_CHARTS = ".dl-chart:has(.gl-container canvas)"; // drawn by the graphics card, which keeps no picture of them

/** Resolves to a PNG, as a Blob, of all that is inside `root`. */
export async function pagePicture(root) {
  const width = Math.ceil(root.getBoundingClientRect().width);
  const height = Math.ceil(root.scrollHeight);
  const scale = Math.min(SHARPNESS, LONGEST_SIDE / Math.max(width, height));
  const image = await loaded(drawing(await copyOf(root), root, width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * scale, height * scale];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no picture"))), "image/png"));
}

/** The SVG's text: the copy within copies of all that is around `root`, which style sheets look for. */
function drawing(copy, root, width, height) {
  let inner = copy;
  for (let around = root.parentElement; around; around = around.parentElement) {
    const shell = around.cloneNode(false);
    shell.removeAttribute("style"); // where it scrolls or how it is placed is not in the picture
    Object.assign(shell.style, { display: "block", position: "static", overflow: "visible", margin: "0", padding: "0", width: `${width}px`, height: "auto" });
    shell.append(inner);
    inner = shell;
  }
  const style = document.createElement("style");
  style.textContent = rules();
  inner.prepend(style);
  const [frame] = new DOMParser().parseFromString(FRAME, "text/html").body.children;
  frame.setAttribute("width", width);
  frame.setAttribute("height", height);
  frame.firstElementChild.append(inner);
  return new XMLSerializer().serializeToString(frame);
}

function rules() {
  const texts = [];
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
    try {
      // As written, where that is at hand: a rule's own text loses a shorthand that has variables.
      texts.push(sheet.ownerNode?.tagName === "STYLE" && sheet.ownerNode.textContent.trim() ? sheet.ownerNode.textContent : textOf(sheet));
    } catch {
      // of another origin: none of ours is
    }
  }
  return texts.join("\n");
}

function textOf(sheet) {
  const rules = [...sheet.cssRules].filter((rule) => !(rule instanceof CSSFontFaceRule));
  return rules.map((rule) => rule.cssText).join("\n");
}

async function copyOf(root) {
  const copy = root.cloneNode(true);
  const pairs = (selector) => {
    const copies = copy.querySelectorAll(selector);
    return [...root.querySelectorAll(selector)].map((own, place) => [own, copies[place]]);
  };
  for (const [own, its] of pairs("input, textarea, option")) {
    if (own.tagName === "TEXTAREA") its.textContent = own.value;
    else if (own.tagName === "INPUT") its.setAttribute("value", own.value);
    its.toggleAttribute("checked", Boolean(own.checked));
    its.toggleAttribute("selected", Boolean(own.selected));
  }
  const spaces = pairs(SPACE_CHARTS);
  for (const [own, its] of pairs("canvas")) if (!own.closest(SPACE_CHARTS)) its.replaceWith(shown(own, own.toDataURL()));
  for (const [own, its] of spaces) its.replaceChildren(shown(own, await picture(own)));
  for (const script of copy.querySelectorAll("script")) script.remove();
  return copy;
}

async function picture(chart) {
  const Plotly = await globalThis[PLOTLY];
  return Plotly.toImage(chart, { format: "png", width: chart.clientWidth, height: chart.clientHeight, scale: SHARPNESS });
}

/** An image of the address `src`, in the place of `own`. */
function shown(own, src) {
  const image = document.createElement("img");
  image.src = src;
  image.className = own.tagName === "CANVAS" ? own.className : "";
  image.style.cssText = own.tagName === "CANVAS" ? own.style.cssText : "";
  Object.assign(image.style, { width: `${own.clientWidth}px`, height: `${own.clientHeight}px` });
  return image;
}

async function loaded(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}
