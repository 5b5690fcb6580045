// The places of the cards: leads first and twice as large, then the ordinary ones, and the diagnostics folded away.

import { Arrangement } from "./arrangement.js";
import { keepBoardKeys } from "./board_keys.js";
import { element } from "./element.js";

export class BoardLayout {
  /** `onChange` is called when other cards may be in sight than before. */
  constructor(onChange) {
    this.onChange = onChange;
    this.arrangement = new Arrangement(() => this.arrange());
    this.all = [];
    this.grid = element("div", { class: "dl-grid" });
    this.folded = element("div", { class: "dl-grid" });
    this.name = element("span", { class: "dl-diagnostics-name" });
    this.names = element("span", { class: "dl-diagnostics-charts" });
    const turn = () => this.arrangement.turnDiagnostics();
    this.fold = element("button", { type: "button", onclick: turn }, this.name, this.names);
    this.heading = element("h2", { class: "dl-diagnostics-head" }, this.fold);
    this.diagnostics = element("section", { class: "dl-diagnostics" }, this.heading, this.folded);
    this.hidden = element("div", { class: "dl-hidden-charts" });
    this.board = element("div", { class: "dl-board" }, this.grid, this.diagnostics, this.hidden);
    this.board.addEventListener("dl-card", ({ detail }) => this.act(detail));
    this.board.addEventListener("dragover", (event) => this.dropPlace(event) && event.preventDefault());
    this.board.addEventListener("drop", (event) => this.drop(event));
  }

  /** Follows the view settings and the keys of the page at `root`; only the first call does anything. */
  follow(root, signal) {
    if (this.root) return;
    this.root = root;
    this.arrangement.follow(root, signal);
    keepBoardKeys(this.board, this.arrangement, root, signal);
  }

  translate(texts) {
    this.texts = texts;
    this.name.textContent = texts.diagnostics;
    this.listHidden();
  }

  place(cards) {
    this.all = cards;
    this.arrange();
  }

  /** True if the card is in sight, or would be if the page were scrolled. */
  has(card) {
    return this.arrangement.has(card);
  }

  arrange() {
    const { arrangement } = this;
    arrangement.take(this.all);
    const folded = arrangement.cards.filter(({ role }) => role === "diagnostic");
    fill(this.grid, arrangement.cards.filter((card) => !folded.includes(card)));
    fill(this.folded, folded);
    const { enlarged } = arrangement;
    for (const card of arrangement.cards) {
      card.card.hidden = !arrangement.has(card);
      card.card.classList.toggle("dl-card-enlarged", card === enlarged);
      card.menu.allowMoves(arrangement.neighbour(card, -1), arrangement.neighbour(card, 1));
    }
    for (const role of new Set(arrangement.cards.map((card) => card.role)))
      spanLast(arrangement.cards.filter((card) => card.role === role && arrangement.has(card)));
    this.grid.hidden = folded.includes(enlarged);
    this.showDiagnostics(folded, enlarged);
    this.listHidden();
    this.keepFocus(enlarged);
    this.onChange();
  }

  /** A focus that was on a card which is now out of sight goes to one in sight, or keys would mean nothing. */
  keepFocus(enlarged) {
    const { activeElement } = document;
    if (this.board.contains(activeElement) && !activeElement.checkVisibility())
      (enlarged ?? this.arrangement.cards.find((card) => this.has(card)))?.menu.enlarge.focus({ preventScroll: true });
  }

  showDiagnostics(folded, enlarged) {
    const shown = folded.filter((card) => !this.arrangement.hidden.includes(card));
    this.names.textContent = shown.map((card) => card.spec.title).join(" · ");
    this.fold.setAttribute("aria-expanded", this.arrangement.isOpen);
    this.heading.hidden = Boolean(enlarged);
    this.folded.hidden = !folded.some((card) => this.arrangement.has(card));
    this.diagnostics.hidden = enlarged ? this.folded.hidden : !shown.length;
  }

  /** Offers the hidden charts again. */
  listHidden() {
    const { hidden, enlarged } = this.arrangement;
    this.hidden.hidden = !hidden.length || Boolean(enlarged);
    const back = ({ id, spec }) =>
      element("button", { type: "button", onclick: () => this.arrangement.reveal(id) }, spec.title);
    this.hidden.replaceChildren(element("span", {}, this.texts?.hidden ?? ""), ...hidden.map(back));
  }

  act({ id, action }) {
    const { arrangement } = this;
    if (action === "enlarge") arrangement.enlarge(arrangement.enlarged ? undefined : id);
    else if (action === "hide") arrangement.hide(id);
    else arrangement.move(id, action === "earlier" ? -1 : 1);
  }

  // ---- a card that is dragged by its header

  /** The card that the dragged one may be put in the place of; undefined over any other place. */
  dropPlace({ target, dataTransfer }) {
    const over = this.all.find(({ card }) => card === target.closest?.(".dl-card"));
    const id = dataTransfer?.types.find((type) => type.startsWith(DRAGGED))?.slice(DRAGGED.length);
    return over && id && this.arrangement.canTakePlaceOf(id, over) ? { id, over } : undefined;
  }

  drop(event) {
    const place = this.dropPlace(event);
    if (!place) return;
    event.preventDefault();
    this.arrangement.put(place.id, place.over.id);
  }
}

const DRAGGED = "application/x-descent-lab-chart-"; // and the card's id: what is dragged is told before it is dropped

/** Lets a card be dragged by its header. */
export function letDrag(head, id) {
  head.draggable = true;
  head.addEventListener("dragstart", ({ dataTransfer }) => dataTransfer.setData(DRAGGED + id, id));
}

function fill(grid, cards) {
  for (const [place, { card }] of cards.entries()) {
    const there = grid.children[place] ?? null;
    if (there !== card) grid.insertBefore(card, there); // moving a card takes its focus
  }
}

/** Of an odd number of cards the last one has a row to itself. */
function spanLast(cards) {
  for (const [place, { card }] of cards.entries())
    card.classList.toggle("dl-card-wide", place === cards.length - 1 && place % 2 === 0);
}
