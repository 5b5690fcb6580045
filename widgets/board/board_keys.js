// Keys of the board: F enlarges the chart that the pointer or the focus is on, Esc takes it back, arrows go on.

import { inVoila } from "../controls/page.js";

const TYPING = "input, textarea, select, [contenteditable=true], [role=slider], [role=application], dialog[open], .dl-switch";
const TURNS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Listens for the keys on the page at `root` until `signal`. */
export function keepBoardKeys(board, arrangement, root, signal) {
  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]") || !press(event.key)) return;
    event.preventDefault();
    event.stopPropagation(); // the right arrow would take a step, Esc leave JupyterLab's edit mode
  };
  /** Returns true if the key means something now. */
  const press = (key) => {
    const { enlarged } = arrangement;
    if (key === "f" || key === "F") arrangement.enlarge(enlarged ? undefined : pointedAt(board, arrangement));
    else if (enlarged && key === "Escape") arrangement.enlarge(undefined);
    else if (enlarged && key in TURNS) arrangement.turn(TURNS[key]);
    else return false;
    return true;
  };
  (inVoila() ? document : root).addEventListener("keydown", onKey, { capture: true, signal });
}

function pointedAt(board, arrangement) {
  const card = board.querySelector(".dl-card:hover") ?? document.activeElement?.closest(".dl-card");
  return (arrangement.cards.find((one) => one.card === card) ?? arrangement.cards.find((one) => arrangement.has(one)))?.id;
}
