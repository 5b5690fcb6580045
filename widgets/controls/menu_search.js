// A box to find an entry of a menu by its name in any language, or by words that people have for it.

import { element } from "../board/element.js";
import { follow, whenThere } from "./page.js";

/** Puts such a box beside each menu for which the model has `search_words`, one text for each entry. */
export function keepMenuSearch(root, model, signal) {
  for (const cssClass of Object.keys(model.get("search_words"))) {
    const place = `.${cssClass}`;
    whenThere(root, [place, `${place} select`], signal).then(([box]) => new MenuSearch(box, cssClass, model, signal));
  }
}

class MenuSearch {
  constructor(box, cssClass, model, signal) {
    Object.assign(this, { box, cssClass, model, chosen: 0, found: [] });
    const id = `dl-found-${Math.random().toString(36).slice(2)}`;
    this.list = element("ul", { id, class: "dl-found", role: "listbox" });
    this.input = element("input", {
      type: "search", class: "dl-find", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: "60",
      "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
      oninput: () => this.look(), onkeydown: (event) => this.press(event), onblur: () => this.close(),
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", ({ target }) => this.take(target.closest("[role=option]")?.value));
    box.append(this.input, this.list);
    this.list.hidden = true;
    follow(model, ["texts"], () => this.translate(model.get("texts")), signal);
    signal.addEventListener("abort", () => [this.input, this.list].forEach((part) => part.remove()));
  }

  translate(texts) {
    this.input.placeholder = texts.find;
    this.input.setAttribute("aria-label", texts.find);
    this.list.setAttribute("aria-label", texts.find);
  }

  get menu() {
    return this.box.querySelector("select");
  }

  look() {
    const asked = plainWords(this.input.value);
    const words = this.model.get("search_words")[this.cssClass];
    const entries = [...this.menu.options];
    const has = (text) => asked.every((word) => text.includes(word));
    const matches = entries.filter((option, place) => has(plain(`${words[place]} ${groupOf(option)}`)));
    const isNamed = (option) => has(plain(option.text));
    this.found = [...matches.filter(isNamed), ...matches.filter((option) => !isNamed(option))];
    this.chosen = 0;
    this.show(asked.length > 0);
  }

  show(isOpen) {
    const rows = this.found.map((option, place) => this.row(option, place));
    const none = element("li", { class: "dl-found-none", role: "option", "aria-disabled": "true", "aria-selected": "false" });
    none.textContent = this.model.get("texts").nothing_found;
    this.list.replaceChildren(...(rows.length ? rows : [none]));
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", isOpen);
    this.mark();
  }

  row(option, place) {
    const group = element("span", {}, groupOf(option));
    return element("li", { id: `${this.list.id}-${place}`, role: "option", value: place }, option.text, group);
  }

  mark() {
    const rows = [...this.list.children];
    for (const [place, row] of rows.entries()) row.setAttribute("aria-selected", place === this.chosen && this.found.length > 0);
    const isOpen = !this.list.hidden && this.found.length > 0;
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", rows[this.chosen].id);
    if (isOpen) rows[this.chosen].scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const turns = { ArrowDown: 1, ArrowUp: -1 };
    if (event.isComposing) return;
    if (event.key in turns && !this.list.hidden) this.turn(turns[event.key]);
    else if (event.key === "Enter") this.take(this.list.hidden ? undefined : this.chosen);
    else if (event.key === "Escape" && this.input.value) this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  turn(by) {
    if (!this.found.length) return;
    this.chosen = (this.chosen + by + this.found.length) % this.found.length;
    this.mark();
  }

  /** Chooses what was found at a place of the list, as if in the menu. */
  take(place) {
    const option = this.found[place];
    if (!option) return;
    const index = [...this.menu.options].indexOf(option);
    this.clear();
    if (index === this.menu.selectedIndex) return;
    this.menu.selectedIndex = index;
    this.menu.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clear() {
    this.input.value = "";
    this.close();
  }

  close() {
    this.found = [];
    this.show(false);
  }
}

const groupOf = (option) => (option.parentElement.matches("optgroup") ? option.parentElement.label : "");

/** A text in small letters without accents and marks: "CO₂" and "co2" are alike. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[-–_]/g, "");
const plainWords = (text) => plain(text.slice(0, 60)).split(/[\s,;]+/).filter(Boolean);
