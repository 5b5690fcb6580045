// Keys: Space, the right arrow, R and C.

import { inVoila } from "./page.js";

const SHORTCUTS = { " ": ".dl-play", ArrowRight: ".dl-step", r: ".dl-reset", R: ".dl-reset", c: ".dl-controls-button", C: ".dl-controls-button" };
const TYPING = "input, textarea, select, [contenteditable=true], dialog[open]";
const EDITED = "input, textarea, [contenteditable=true], dialog[open]"; // where Ctrl+Z means the text
const TYPED = ".dl-typed"; // a box for words
const ENTERED = "dl-entered"; // of a number's box since Enter, until it is typed into again

/** Presses the button that the event's key means, if it means one. */
function pressButton(root, event) {
  const target = SHORTCUTS[event.key];
  if (!target || (root.dataset.tab ?? "train") !== "train" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (event.key === " " && event.repeat) return;
  root.querySelector(target)?.click();
}

/** Calls `change` with "undo" or "redo" if the event's keys mean it; returns whether they do. */
function askedToChange(event, change) {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  const key = event.key.toLowerCase();
  const meant = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" && !event.shiftKey ? "redo" : undefined;
  if (!meant) return false;
  event.preventDefault();
  event.stopPropagation(); // JupyterLab would take back something in its notebook
  change(meant);
  return true;
}

/** Lets a key in a box mean the page, unless it is a letter where letters are typed. */
function passOn(root, event) {
  const { target, key, repeat, ctrlKey, altKey, metaKey, shiftKey } = event;
  if (target.closest(TYPED) && key.length === 1 && key !== " ") return;
  const onPage = new KeyboardEvent("keydown", { key, repeat, ctrlKey, altKey, metaKey, shiftKey, bubbles: true, cancelable: true });
  if (!root.dispatchEvent(onPage)) event.preventDefault();
}

/**
 * After Enter keys mean the page, though the box keeps the focus, so that Tab goes on from there, and its number is
 * selected for the next one. The events are caught on their way down: ipywidgets lets none of a box up.
 */
function keepEntered(root, signal, change) {
  const onKey = (event) => {
    const box = event.target;
    if (event.isComposing || !box.matches?.(".dl-field input[type=text]")) return;
    if (event.key === "Enter") {
      box.classList.add(ENTERED);
      setTimeout(() => box.classList.contains(ENTERED) && box.select()); // once ipywidgets has written it anew
    } else if (box.classList.contains(ENTERED) && !askedToChange(event, change)) {
      passOn(root, event);
    }
  };
  const leave = (event) => event.target.classList?.remove(ENTERED);
  const down = { signal, capture: true };
  root.addEventListener("keydown", onKey, down);
  for (const name of ["input", "pointerdown", "focusout"]) root.addEventListener(name, leave, down);
}

/** Lets keys press the buttons of the page, Ctrl+Z and its like call `change`, and keeps both from JupyterLab. */
export function keepShortcuts(root, signal, change) {
  const keepFromLab = (event) => {
    const meantForLab =
      event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    if (!meantForLab) event.stopPropagation(); // a plain M, X or arrow would change the notebook's cells
  };
  const onKey = (event) => {
    if (!inVoila()) keepFromLab(event);
    if (!event.target.closest?.(EDITED) && askedToChange(event, change)) return;
    if (event.target.closest?.(TYPING)) return;
    // A slider keeps its arrows. Space and R mean nothing to it, and whoever has just dragged one wants Play.
    if (event.key === "ArrowRight" && event.target.closest?.("[role=slider]")) return;
    // Space on a focused button means that button; on Play both mean the same.
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    pressButton(root, event);
  };
  (inVoila() ? document : root).addEventListener("keydown", onKey, { signal });
  keepEntered(root, signal, change);
  for (const kind of ["undo", "redo"])
    root.addEventListener("click", (event) => event.target.closest?.(`.dl-${kind}`) && change(kind), { signal });
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
