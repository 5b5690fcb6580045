// What a person does with a card as a whole: enlarge, hide, move it. Each is an event `dl-card` { id, action } on it.
// The menu begins with what the chart shows and what to try with it.

import { element } from "./element.js";

const MENU = ["hide", "earlier", "later"];

export class CardMenu {
  constructor(card, id) {
    const act = (action) => card.dispatchEvent(new CustomEvent("dl-card", { bubbles: true, detail: { id, action } }));
    this.enlarge = element("button", { type: "button", class: "dl-card-enlarge", onclick: () => act("enlarge") }, "⤢");
    this.items = MENU.map((action) => element("button", { type: "button", onclick: () => this.choose(act, action) }));
    this.summary = element("summary", {}, "⋯");
    this.about = element("p", { class: "dl-card-about" });
    this.more = element("details", { class: "dl-card-menu" }, this.summary, element("div", {}, this.about, ...this.items));
    this.more.addEventListener("focusout", ({ relatedTarget }) => this.more.contains(relatedTarget) || this.close());
    this.more.addEventListener("keydown", (event) => event.key === "Escape" && this.escape(event));
  }

  translate(texts, { title, about }) {
    this.about.textContent = about;
    this.enlarge.title = texts.enlarge;
    this.enlarge.setAttribute("aria-label", `${texts.enlarge}: ${title}`);
    this.summary.setAttribute("aria-label", `${texts.more}: ${title}`);
    for (const [place, action] of MENU.entries()) this.items[place].textContent = texts[action];
  }

  choose(act, action) {
    this.close();
    act(action);
  }

  escape(event) {
    if (!this.more.open) return;
    event.stopPropagation();
    this.close();
    this.summary.focus();
  }

  close() {
    this.more.open = false;
  }
}
