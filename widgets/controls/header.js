// The header: language, theme, accessible names, shortcuts and the heartbeat. See header.py.
// All text comes from the kernel, in the traits `texts`, `labels`, `help` and `languages`.

const PING_MS = 2500;
const CHECK_MS = 500;
const SILENCE_MS = 8000; // a kernel that says nothing for so long is taken for dead

/** Make an element: element("button", {class: "x", onclick: f}, "text", child, …). */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Resolves to the enclosing .dl-root: render() is called before its element is put into the page. */
function rootOf(el, signal) {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const root = el.closest(".dl-root");
      if (!root && !signal.aborted) return;
      clearInterval(look);
      if (root) resolve(root);
    }, 20);
  });
}

/** Calls `show` now and whenever one of the traits changes, until the view is gone. */
function follow(model, names, show, signal) {
  const events = names.map((name) => `change:${name}`).join(" ");
  model.on(events, show);
  signal.addEventListener("abort", () => model.off(events, show));
  show();
}

const inVoila = () => document.body.hasAttribute("data-voila");

/** The query of the URL that was opened: JupyterLab takes it out of the address bar before any cell runs. */
function openedWith() {
  const [opened] = performance.getEntriesByType("navigation");
  return opened ? new URL(opened.name).search : location.search;
}

// ---- theme ---------------------------------------------------------------------------------------

function keepTheme(root, model, button, signal) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemIsDark = () =>
    inVoila() ? system.matches : document.body.dataset.jpThemeLight === "false";
  const apply = () => {
    const chosen = model.get("theme");
    const dark = chosen === "auto" ? systemIsDark() : chosen === "dark";
    root.dataset.theme = dark ? "dark" : "light";
    const texts = model.get("texts");
    button.textContent = dark ? texts.light : texts.dark;
    button.setAttribute("aria-label", dark ? texts.light_name : texts.dark_name);
  };
  const lab = new MutationObserver(apply);
  lab.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => lab.disconnect());
  system.addEventListener("change", apply, { signal });
  button.addEventListener("click", () => {
    model.set("theme", root.dataset.theme === "dark" ? "light" : "dark");
    model.save_changes();
  });
  follow(model, ["theme", "texts"], apply, signal);
}

// ---- language ------------------------------------------------------------------------------------

/** Marks what language the page is in, for screen readers, hyphenation and the choice of fonts. */
function keepLanguage(root, model, signal) {
  const mark = () => {
    root.lang = model.get("language");
    if (inVoila()) document.documentElement.lang = root.lang; // JupyterLab's own words are in its own language
  };
  follow(model, ["language"], mark, signal);
}

/** One button for each other language, called by its own name. */
function languageSwitch(model, signal) {
  const group = element("div", { class: "dl-languages", role: "group" });
  const offer = () => {
    group.setAttribute("aria-label", model.get("texts").languages);
    const others = model.get("languages").filter(([tag]) => tag !== model.get("language"));
    group.replaceChildren(...others.map(([tag, name]) => languageButton(model, tag, name)));
  };
  follow(model, ["languages", "language", "texts"], offer, signal);
  return group;
}

function languageButton(model, tag, name) {
  const choose = () => model.send({ kind: "language", language: tag });
  return element("button", { type: "button", lang: tag, onclick: choose }, name);
}

// ---- header --------------------------------------------------------------------------------------

function header(model, root, signal) {
  const title = element("h1");
  const theme = element("button", { type: "button", class: "dl-theme" });
  const projector = element("button", { type: "button", "aria-pressed": "false", onclick: toggleProjector });
  function toggleProjector() {
    const on = root.toggleAttribute("data-projector");
    projector.setAttribute("aria-pressed", String(on));
  }
  const link = element("button", { type: "button", "aria-live": "polite", onclick: () => copyLink(model, link) });
  const dialog = helpDialog(model, signal);
  const help = element("button", { type: "button", onclick: () => dialog.showModal() });
  keepTheme(root, model, theme, signal);
  const write = () => {
    const texts = model.get("texts");
    title.textContent = texts.title;
    projector.textContent = texts.projector;
    projector.title = texts.projector_hint;
    link.textContent = texts.copy;
    help.textContent = texts.help;
    root.style.setProperty("--dl-key-space", JSON.stringify(texts.space)); // the key's name on the Play button
  };
  follow(model, ["texts"], write, signal);
  const buttons = [languageSwitch(model, signal), projector, link, theme, help];
  return element("header", { class: "dl-header" }, title, element("div", { class: "dl-header-buttons" }, ...buttons), dialog);
}

async function copyLink(model, button) {
  const query = model.get("query");
  const link = location.origin + location.pathname + (query ? `?${query}` : "");
  const copied = await copyText(link);
  button.textContent = model.get("texts")[copied ? "copied" : "not_copied"];
  setTimeout(() => (button.textContent = model.get("texts").copy), 1500);
}

/** The clipboard API is there on https and localhost only, and may be refused: then the old way. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", { class: "dl-copied-text" });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

function helpDialog(model, signal) {
  const close = element("button", { type: "button", onclick: () => dialog.close() });
  const dialog = element("dialog", { class: "dl-help" });
  const write = () => {
    const texts = model.get("texts");
    dialog.setAttribute("aria-label", texts.help);
    close.textContent = texts.close;
    dialog.replaceChildren(...model.get("help").flatMap(helpSection), close);
  };
  follow(model, ["help", "texts"], write, signal);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

function helpSection([heading, entries]) {
  const rows = entries.flatMap(([term, meaning]) => [element("dt", {}, term), element("dd", {}, meaning)]);
  return [element("h2", {}, heading), element("dl", {}, ...rows)];
}

// ---- accessible names ----------------------------------------------------------------------------

function nameInside(box, name, texts) {
  if (box.matches("summary") && box.textContent !== name) box.textContent = name;
  const slider = box.querySelector("[role=slider]");
  slider?.setAttribute("aria-label", name);
  if (slider) speakPower(slider);
  const text = box.querySelector("input[type=text]");
  text?.setAttribute("aria-label", slider ? texts.exact.replace("{name}", () => name) : name);
  box.querySelector("select")?.setAttribute("aria-label", name);
  box.querySelector(".widget-readout")?.setAttribute("aria-hidden", "true");
  if (!box.matches("button")) return;
  box.setAttribute("aria-label", box.classList.contains("dl-playing") ? texts.pause : name);
}

const SPOKEN = "\u00a0"; // ends the texts written here, which tells them from noUiSlider's own

/** A log slider would speak its exponent; what it means is the power of ten. */
function speakPower(handle) {
  const exponent = handle.getAttribute("aria-valuetext");
  if (!handle.closest(".dl-log") || !exponent || exponent.endsWith(SPOKEN)) return;
  const power = Number((10 ** Number(exponent)).toPrecision(3));
  handle.setAttribute("aria-valuetext", `${power}${SPOKEN}`);
}

function keepNames(root, model, signal) {
  const nameAll = () => {
    const texts = model.get("texts");
    for (const [cssClass, name] of Object.entries(model.get("labels"))) {
      for (const box of root.getElementsByClassName(cssClass)) nameInside(box, name, texts);
    }
  };
  // Only what holds controls is watched: charts change all the time. Slots change with each frame.
  const observer = new MutationObserver((records) => {
    if (records.some((record) => !record.target.closest("[data-dl-slot]"))) nameAll();
  });
  const options = {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["class", "aria-valuetext"],
  };
  const watch = () => {
    const places = root.querySelectorAll(".dl-controls, .dl-transport");
    places.forEach((place) => observer.observe(place, options));
    nameAll();
    return places.length >= 2;
  };
  // Views appear one by one; once both places are there their own changes are enough.
  const look = setInterval(() => watch() && clearInterval(look), 100);
  follow(model, ["labels", "texts"], nameAll, signal);
  signal.addEventListener("abort", () => {
    clearInterval(look);
    observer.disconnect();
  });
}

// ---- keyboard ------------------------------------------------------------------------------------

const SHORTCUTS = { " ": ".dl-play", ArrowRight: ".dl-step", r: ".dl-reset", R: ".dl-reset" };
const TYPING = "input, textarea, select, [contenteditable=true], dialog[open]";

function keepShortcuts(root, signal) {
  const keepFromLab = (event) => {
    const meantForLab =
      event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    if (!meantForLab) event.stopPropagation(); // a plain M, X or arrow would change the notebook's cells
  };
  const onKey = (event) => {
    if (!inVoila()) keepFromLab(event);
    const target = SHORTCUTS[event.key];
    if (!target || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.(TYPING)) return;
    // A slider keeps its arrows. Space and R mean nothing to it, and whoever has just dragged one wants Play.
    if (event.key === "ArrowRight" && event.target.closest?.("[role=slider]")) return;
    // Space on a focused button means that button; on Play both mean the same.
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    event.preventDefault();
    if (event.key === " " && event.repeat) return;
    root.querySelector(target)?.click();
  };
  (inVoila() ? document : root).addEventListener("keydown", onKey, { signal });
  root.tabIndex = -1;
  // Whoever clicks into the page means the page: it takes the focus unless a control does.
  const takeFocus = (event) => {
    const control = event.target.closest?.(`${TYPING}, button, a, [tabindex]`);
    if (control === root || !control) root.focus({ preventScroll: true });
  };
  root.addEventListener("pointerdown", takeFocus, { signal });
  // A button clicked by mouse or finger gives the focus back, so that Space stays Play.
  const giveFocusBack = (event) => {
    if (event.detail > 0 && event.target.closest?.("button")) root.focus({ preventScroll: true });
  };
  root.addEventListener("click", giveFocusBack, { signal });
}

// ---- heartbeat -----------------------------------------------------------------------------------

function banner(model, signal) {
  const reload = element("button", { type: "button", onclick: () => location.reload() });
  follow(model, ["texts"], () => (reload.textContent = model.get("texts").reload), signal);
  return element("div", { class: "dl-banner", hidden: "" }, element("span", { role: "alert" }), reload);
}

/** Shows the banner when the kernel has not answered for SILENCE_MS while the page was visible. */
function keepHeartbeat(bar, model, signal) {
  let heard = performance.now();
  let pinged = -Infinity;
  const show = (lost) => {
    if (bar.hidden !== lost) return;
    bar.hidden = !lost;
    // Text that is put into an alert is read out; text that was there all along is not.
    bar.firstChild.textContent = lost ? model.get("texts").lost : "";
  };
  const startAnew = () => (heard = performance.now());
  const beat = () => {
    const now = performance.now();
    if (document.hidden) return startAnew(); // timers of hidden pages are throttled: silence says nothing
    if (now - heard > SILENCE_MS) show(true);
    if (now - pinged < PING_MS) return;
    pinged = now;
    try {
      model.send({ kind: "ping" });
    } catch {
      show(true);
    }
  };
  const onMessage = (message) => {
    if (message.kind !== "pong") return;
    startAnew();
    show(false);
  };
  model.on("msg:custom", onMessage);
  document.addEventListener("visibilitychange", startAnew, { signal });
  const timer = setInterval(beat, CHECK_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    model.off("msg:custom", onMessage);
  });
}

// --------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const life = new AbortController();
  el.classList.add("dl-page");
  rootOf(el, life.signal).then((root) => {
    const bar = banner(model, life.signal);
    keepLanguage(root, model, life.signal);
    el.replaceChildren(bar, header(model, root, life.signal));
    keepNames(root, model, life.signal);
    keepShortcuts(root, life.signal);
    keepHeartbeat(bar, model, life.signal);
    model.send({ kind: "hello", query: openedWith().slice(1, 4001), language: navigator.language ?? "" });
  });
  return () => life.abort();
}

export default { render };
