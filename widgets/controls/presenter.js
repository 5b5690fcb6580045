// What a presenter has at hand: the pointer and the pen, by keys.

import { inVoila } from "./page.js";
import { keepPen } from "./pen.js";
import { keepPointer } from "./pointer.js";

const WRITING = "input, textarea, select, [contenteditable=true], dialog[open]";

/** Keeps pointer and pen on the page at `root`. */
export function keepPresenter(root, signal) {
  /** Calls `act` for these keys where they mean the page. */
  const onPlainKey = (keys, act) => {
    const listen = (event) => {
      const isOther = event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented;
      if (isOther || !keys.includes(event.key) || event.target.closest?.(WRITING)) return;
      act();
      event.preventDefault();
    };
    (inVoila() ? document : root).addEventListener("keydown", listen, { signal });
  };
  keepPointer(root, onPlainKey, signal);
  keepPen(root, onPlainKey, signal);
}
