// Keys: Space, the right arrow, R and C.

import { inVoila } from "./page.js";

const SHORTCUTS = { " ": ".dl-play", ArrowRight: ".dl-step", r: ".dl-reset", R: ".dl-reset", c: ".dl-controls-button", C: ".dl-controls-button" };
const TYPING = "input, textarea, select, [contenteditable=true], dialog[open]";

/** Lets keys press the buttons of the page, and keeps them from JupyterLab. */
export function keepShortcuts(root, signal) {
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
