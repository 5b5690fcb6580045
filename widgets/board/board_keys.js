// Keys of the board: F enlarges the chart that the pointer or the focus is on, Esc takes it back, arrows go on, and so do
// the keys of a presenter's remote.

import { closeByEscape, keepEscape } from "../controls/escape.js";
import { inVoila } from "../controls/page.js";

const WRITING = "input, textarea, select, [contenteditable=true], [role=application]";
const WITH_ARROWS = "[role=slider], [role=tab], .dl-switch"; // have arrows of their own
const TURNS = { ArrowLeft: -1, ArrowUp: -1, PageUp: -1, ArrowRight: 1, ArrowDown: 1, PageDown: 1 };

/** Listens for the keys on the page at `root` until `signal`. */
export function keepBoardKeys(board, arrangement, root, signal) {
  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.(WRITING) || document.querySelector("dialog[open]") || !board.checkVisibility()) return;
    if (!press(event.key, event.target)) return;
    event.preventDefault();
    event.stopPropagation(); // the right arrow would take a step
  };
  /** Returns true if the key means something now. */
  const press = (key, target) => {
    const { enlarged } = arrangement;
    if (key === "f" || key === "F") arrangement.enlarge(enlarged ? undefined : pointedAt(board, arrangement));
    else if (enlarged && key in TURNS && !target.closest?.(WITH_ARROWS)) arrangement.turn(TURNS[key]);
    else return false;
    return true;
  };
  const takeBack = () => {
    if (!arrangement.enlarged || !board.checkVisibility()) return false;
    arrangement.enlarge(undefined);
    return true;
  };
  closeByEscape(root, "chart", takeBack, signal);
  keepEscape(root, signal); // a page of charts alone has no header that does
  (inVoila() ? document : root).addEventListener("keydown", onKey, { capture: true, signal });
}

function pointedAt(board, arrangement) {
  const card = board.querySelector(".dl-card:hover") ?? document.activeElement?.closest(".dl-card");
  return (arrangement.cards.find((one) => one.card === card) ?? arrangement.cards.find((one) => arrangement.has(one)))?.id;
}
