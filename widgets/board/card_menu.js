// What a person does with a card as a whole: enlarge, hide, move it. Each is an event `dl-card` { id, action } on it.
// Its "?" says what the chart shows and what to try with it.

import { element } from "./element.js";

const MENU = ["hide", "earlier", "later"];
const PICTURES = ["png", "svg"];

export class CardMenu {
  constructor(card, id) {
    const act = (action) => card.dispatchEvent(new CustomEvent("dl-card", { bubbles: true, detail: { id, action } }));
    this.enlarge = element("button", { type: "button", class: "dl-card-enlarge", onclick: () => act("enlarge") }, "⤢");
    this.items = MENU.map((action) => element("button", { type: "button", onclick: () => this.choose(act, action) }));
    this.about = element("p", { class: "dl-card-about" });
    this.help = fold("?", "dl-card-help", this.about);
    this.choices = element("div", { class: "dl-card-choices" });
    this.more = fold("⋯", "dl-card-more", this.choices, ...this.items);
    this.pictures = [];
  }

  /** Offers the chart as a picture; `save` is told of which format. */
  offerPictures(save) {
    this.pictures = PICTURES.map((format) => element("button", { type: "button", onclick: () => this.choose(save, format) }));
    this.more.lastElementChild.append(...this.pictures);
  }

  /** Has the switches, of which a narrow header shows the first one alone; a choice folds the menu up. */
  offerChoices(switches) {
    this.choices.replaceChildren(...switches);
    this.choices.onclick = ({ target }) => target.closest("button") && this.foldUp();
  }

  foldUp() {
    this.more.open = false;
    this.more.firstElementChild.focus();
  }

  /** Offers to move the card where there is another one to change places with. */
  allowMoves(earlier, later) {
    for (const [action, isThere] of [["earlier", earlier], ["later", later]])
      this.items[MENU.indexOf(action)].disabled = !isThere;
  }

  translate(texts, { title, about }) {
    this.about.textContent = about;
    this.help.hidden = !about;
    this.enlarge.title = texts.enlarge;
    this.enlarge.setAttribute("aria-label", `${texts.enlarge}: ${title}`);
    name(this.help, texts.about.replace("{name}", () => title));
    name(this.more, `${texts.more}: ${title}`);
    for (const [place, action] of MENU.entries()) this.items[place].textContent = texts[action];
    for (const [place, picture] of this.pictures.entries()) picture.textContent = texts[PICTURES[place]];
  }

  choose(act, action) {
    this.more.open = false;
    act(action);
  }
}

/** A button that unfolds a box below it; Escape folds it up again, and so does going elsewhere. */
function fold(sign, className, ...content) {
  const summary = element("summary", {}, sign);
  const details = element("details", { class: `dl-card-menu ${className}` }, summary, element("div", {}, ...content));
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (!details.contains(relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    summary.focus();
  });
  return details;
}

function name(details, words) {
  details.firstElementChild.setAttribute("aria-label", words);
}
