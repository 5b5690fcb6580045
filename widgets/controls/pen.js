// The pen: lines drawn over what a tab shows. D takes it up and puts it down, Esc clears what was drawn.

import { closeByEscape } from "./escape.js";

const SHEET = '<svg class="dl-pen" aria-hidden="true"></svg>';
const PEN_KEYS = ["d", "D"];

/** Keeps a sheet over the open tab, which takes the mouse while the pen is up. */
export function keepPen(root, onPlainKey, signal) {
  const { firstElementChild: sheet } = document.createRange().createContextualFragment(SHEET);
  const takeUp = () => {
    if (root.toggleAttribute("data-pen")) placeOf(root).append(sheet);
  };
  const clear = () => {
    if (!sheet.childElementCount && !root.hasAttribute("data-pen")) return false;
    sheet.replaceChildren();
    root.removeAttribute("data-pen");
    return true;
  };
  onPlainKey(PEN_KEYS, takeUp);
  closeByEscape(root, "pen", clear, signal);
  root.addEventListener("dl-view", ({ detail }) => detail.name !== "theme" && clear(), { signal }); // other things stand there
  sheet.addEventListener("pointerdown", (down) => drawLine(sheet, down), { signal });
  signal.addEventListener("abort", () => sheet.remove());
}

/** What the open tab shows. */
function placeOf(root) {
  return root.querySelector(`:scope > .dl-tab-${root.dataset.tab}`) ?? root.querySelector(".dl-stage") ?? root;
}

/** A line from where the pen is put down to where it is lifted. */
function drawLine(sheet, down) {
  const line = document.createElementNS(sheet.namespaceURI, "polyline");
  const points = [];
  const add = ({ clientX, clientY }) => {
    const { left, top } = sheet.getBoundingClientRect();
    points.push(`${clientX - left},${clientY - top}`);
    line.setAttribute("points", points.join(" "));
  };
  add(down);
  sheet.append(line);
  sheet.setPointerCapture(down.pointerId);
  sheet.addEventListener("pointermove", add);
  const lift = () => sheet.removeEventListener("pointermove", add);
  sheet.addEventListener("lostpointercapture", lift, { once: true });
}
