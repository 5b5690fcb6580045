// A card of the board: title, note, switches and footer around what it shows, which its subclasses draw.

import { letDrag } from "./board_layout.js";
import { CardMenu } from "./card_menu.js";
import { describe } from "./description.js";
import { element } from "./element.js";
import { PointEditor } from "./point_editor.js";

const REST_MS = 1200;

export class Card {
  constructor(model, spec) {
    this.model = model;
    this.id = spec.id;
    this.role = spec.role;
    this.onScreen = false;
    this.frames = 0;
    this.card = element("section", { class: "dl-card" });
    this.head = element("header", { class: "dl-card-head" });
    this.chart = element("div", { class: "dl-chart" });
    this.menu = new CardMenu(this.card, this.id);
    letDrag(this.head, this.id);
    this.cover = element("div", { class: "dl-card-cover" });
    this.foot = element("footer", { class: "dl-card-foot" });
    Object.assign(this.chart.dataset, { panel: this.id, frames: "0", step: "" });
    this.words = element("p", { class: "dl-card-words", id: `dl-words-${Math.random().toString(36).slice(2)}` });
    this.chart.setAttribute("aria-describedby", this.words.id);
    this.card.append(this.words, this.head, element("div", { class: "dl-card-body" }, this.chart, this.cover), this.foot);
    this.pending = null;
    this.outdated = false;
    this.awaitsFrame = false; // translated: the frame that follows is in the new language too
    this.write(spec);
    this.stand(spec.placeholder);
  }

  /** Writes title, note and switches. */
  write(spec) {
    this.revision = spec.revision;
    this.spec = spec;
    this.card.dataset.role = spec.role;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.value : undefined;
    this.note = element("span", { class: "dl-card-note" });
    writeLine(this.note, spec.note ?? "");
    const title = element("h2", { class: "dl-card-title", title: spec.title }, spec.title);
    const { help, enlarge, more } = this.menu;
    if (spec.drawable.length) this.editor ??= new PointEditor(this);
    const hand = this.editor ? [this.editor.button] : [];
    const switches = spec.switches.map((item) => this.buildSwitch(item));
    this.head.replaceChildren(title, this.note, ...switches, ...hand, help, enlarge, more);
    this.menu.offerChoices(spec.switches.slice(1).map((item) => named(item.label, this.buildSwitch(item))));
    this.nameMenu();
    this.words.textContent = ""; // in another language, perhaps
    this.describeAtRest();
    this.chart.setAttribute("aria-label", spec.title);
    if (focused !== undefined) this.focusSwitch(focused);
  }

  /** Writes the description once no frame has come for a while: a reader would be interrupted by each. */
  describeAtRest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.describe(), REST_MS);
  }

  describe() {
    const { shows } = this.spec;
    const note = [this.note.textContent, this.foot.textContent].filter(Boolean).join(" · ");
    this.words.textContent = describe({ shows, note, traces: this.chart.data ?? [], texts: this.model.get("texts") });
  }

  nameMenu() {
    this.menu.translate(this.model.get("texts"), this.spec);
    this.editor?.translate(this.model.get("texts"), this.spec);
  }

  /** Covers the chart with `words` while there is nothing to show; with none takes the cover away. */
  stand(words = "") {
    if (this.standing === words) return;
    this.standing = words;
    this.cover.replaceChildren();
    this.cover.hidden = !words;
    this.chart.inert = Boolean(words); // what is covered takes no focus
    if (!words) return;
    this.cover.append(element("p", {}, words));
    if (this.spec.offer) this.cover.append(this.buildOffer(this.spec.offer));
  }

  buildOffer({ label, name, value }) {
    return element("button", { type: "button", onclick: () => this.choose(name, value) }, label);
  }

  buildSwitch({ name, options, labels, value, label }) {
    const group = element("div", { class: "dl-switch", role: "group", "aria-label": label });
    group.dataset.choice = name;
    const press = (chosen) => {
      const twins = this.card.querySelectorAll(`.dl-switch[data-choice="${name}"]`); // in the header and in the menu
      for (const button of [group, ...twins].flatMap(({ children }) => [...children]))
        button.setAttribute("aria-pressed", button.value === chosen);
    };
    for (const [place, option] of options.entries()) {
      const choose = () => {
        press(option);
        this.choose(name, option);
      };
      group.append(element("button", { type: "button", value: option, onclick: choose }, labels[place]));
    }
    press(value);
    return group;
  }

  choose(name, value) {
    this.model.send({ kind: "switch", panel: this.id, name, value });
  }

  focusSwitch(option) {
    const buttons = [...this.head.querySelectorAll(".dl-switch button")];
    buttons.find((button) => button.value === option)?.focus();
  }

  /**
   * What it kept while out of sight is not drawn on return if newer frames came: the next one is for it too. Texts of
   * another language belong to no frame, and none may come.
   */
  see(onScreen, newest) {
    const kept = this.pending?.frame;
    if (onScreen && !this.onScreen) this.outdated = kept !== undefined && kept !== newest;
    this.onScreen = onScreen;
  }

  /** Keeps what a frame says until the card is on screen; of each attribute only the newest. */
  merge(update, step, frame) {
    this.outdated = false;
    this.pending ??= { traces: {}, layout: {}, slots: {} };
    const { traces, layout, slots } = this.pending;
    for (const [index, attributes] of Object.entries(update.traces ?? {}))
      traces[index] = { ...traces[index], ...attributes };
    Object.assign(layout, update.layout);
    Object.assign(slots, update.slots);
    const { note = this.pending.note, footer, placeholder } = update;
    Object.assign(this.pending, { note, footer, placeholder, step, frame });
  }

  /** Draws what was kept. */
  draw(Plotly, style) {
    const { pending } = this;
    this.pending = null;
    this.show(pending, Plotly, style);
    if (pending.note !== undefined) writeLine(this.note, pending.note);
    writeLine(this.foot, pending.footer ?? "");
    this.stand(pending.placeholder);
    this.describeAtRest();
    this.editor?.settle();
    this.frames += 1;
    this.chart.dataset.frames = this.frames;
    this.chart.dataset.step = pending.step;
  }
}

/** A switch with its name before it. */
const named = (label, group) => element("div", {}, element("span", { "aria-hidden": "true" }, label), group);

/** Writes a text that is cut with an ellipsis where it has no room, and can be read whole by pointing at it. */
function writeLine(target, text) {
  if (target.textContent === text) return;
  target.textContent = text;
  target.title = text;
}
