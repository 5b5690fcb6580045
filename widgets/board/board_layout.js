// The places of the cards: leads first and twice as large, then the ordinary ones, and the diagnostics folded away.

import { followView, setView, viewSetting } from "../controls/view_settings.js";
import { element } from "./element.js";

const ROLES = ["lead", "ordinary", "diagnostic"];
const FOLD = "diagnostics"; // the view setting that says "open"

export class BoardLayout {
  /** `onChange` is called when other cards have a place in sight than before. */
  constructor(onChange) {
    this.onChange = onChange;
    this.cards = [];
    this.grid = element("div", { class: "dl-grid" });
    this.folded = element("div", { class: "dl-grid" });
    this.name = element("span", { class: "dl-diagnostics-name" });
    this.names = element("span", { class: "dl-diagnostics-charts" });
    this.fold = element("button", { type: "button", onclick: () => this.turn() }, this.name, this.names);
    const heading = element("h3", { class: "dl-diagnostics-head" }, this.fold);
    this.diagnostics = element("section", { class: "dl-diagnostics" }, heading, this.folded);
    this.board = element("div", { class: "dl-board" }, this.grid, this.diagnostics);
    this.show(false);
  }

  /** Follows the view settings of the page at `root`; only the first call does anything. */
  follow(root, signal) {
    if (this.root) return;
    this.root = root;
    followView(root, [FOLD], () => this.show(viewSetting(root, FOLD) === "open"), signal);
  }

  translate(texts) {
    this.name.textContent = texts.diagnostics;
  }

  /** Puts the cards in place, in their order within each role. */
  place(cards) {
    this.cards = ROLES.flatMap((role) => cards.filter((card) => card.spec.role === role));
    const of = (role) => this.cards.filter((card) => card.spec.role === role);
    fill(this.grid, [...of("lead"), ...of("ordinary")]);
    fill(this.folded, of("diagnostic"));
    for (const role of ROLES) spanLast(of(role));
    this.names.textContent = of("diagnostic").map((card) => card.spec.title).join(" · ");
    this.diagnostics.hidden = !of("diagnostic").length;
  }

  /** True if the card has a place in sight. */
  has(card) {
    return this.isOpen || card.spec.role !== "diagnostic";
  }

  turn() {
    setView(this.root, FOLD, this.isOpen ? undefined : "open");
  }

  show(isOpen) {
    this.isOpen = isOpen;
    this.fold.setAttribute("aria-expanded", isOpen);
    this.folded.hidden = !isOpen;
    this.onChange();
  }
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
