// Escape: it closes what is open on the page, one thing at a press, the nearest first.
//
// Menus, dialogs and drawers close by themselves, and are asked before.

import { inVoila } from "./page.js";

const NEAREST_FIRST = ["pen", "reasons", "drawing", "chart", "page"];

/**
 * Asks those on the page at `root` that can be closed, by the event `dl-close-` and their name, until one has closed. It
 * may be kept more than once: who comes second finds the key used.
 */
export function keepEscape(root, signal) {
  const isAskedBefore = () => root.querySelector("dialog[open], [popover=auto]:popover-open");
  const stayed = (name) => root.dispatchEvent(new Event(`dl-close-${name}`, { cancelable: true }));
  const onKey = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || isAskedBefore()) return;
    if (!NEAREST_FIRST.every(stayed)) event.preventDefault();
  };
  (inVoila() ? document : root).addEventListener("keydown", onKey, { signal });
}

/** Has Escape call `close` for what goes by `name`; `close` returns false if there is nothing to close. */
export function closeByEscape(root, name, close, signal) {
  const answer = (event) => close() && event.preventDefault();
  root.addEventListener(`dl-close-${name}`, answer, { signal });
}
