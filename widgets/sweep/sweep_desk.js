/* The forms of rate test, sweep and race. See sweep_desk.py.
 *
 * The kernel reads and judges what is typed; here stand the forms and what a person does with them.
 */

import { element } from "../board/element.js";
import { setView } from "../controls/view_settings.js";

const MOST_ROWS = 8;

function render({ model, el }) {
  const life = new AbortController();
  const view = new SweepDeskView(model, el);
  el.classList.add("dl-sweep-desk");
  el.append(view.root);
  model.on("change:desk", view.write);
  model.on("msg:custom", view.hear);
  life.signal.addEventListener("abort", () => {
    model.off("change:desk", view.write);
    model.off("msg:custom", view.hear);
  });
  view.write();
  return () => life.abort();
}

class SweepDeskView {
  constructor(model, el) {
    this.model = model;
    this.write = () => this.show(model.get("desk"));
    this.hear = ({ kind }) => kind === "opened" && setView(el.closest(".dl-root"), "tab", undefined, false);
    this.forms = { test: new Form(this, "test"), sweep: new SweepForm(this), race: new RaceForm(this) };
    this.root = element("div", { class: "dl-desk dl-sweep-forms" }, ...Object.values(this.forms).map((form) => form.root));
  }

  ask(kind, payload = {}) {
    this.model.send({ kind, ...payload });
  }

  show(desk) {
    if (!desk.texts) return; // before it was first drawn
    this.desk = desk;
    for (const form of Object.values(this.forms)) form.show(desk);
  }
}

/** A title, a sentence on what it does, its fields, a button that starts and stops, and what has come of it. */
class Form {
  constructor(desk, name) {
    this.desk = desk;
    this.name = name;
    this.title = element("h2");
    this.about = element("p", { class: "dl-soft" });
    this.fields = element("div", { class: "dl-desk-fields dl-sweep-fields" });
    this.button = element("button", { type: "button", class: "dl-sweep-start", onclick: () => this.press() });
    this.refusal = element("p", { class: "dl-desk-refusal", role: "status" });
    this.bar = element("progress", { max: "1" });
    this.said = element("div", { class: "dl-sweep-said", "aria-live": "polite" });
    this.more = element("div");
    this.root = element("section", {}, this.title, this.about, this.fields, this.button, this.bar, this.refusal, this.said, this.more);
  }

  press() {
    if (this.state.running) this.desk.ask("stop", { what: this.name });
    else this.desk.ask(this.name, this.payload());
  }

  payload() {
    return {};
  }

  show({ texts, forms }) {
    this.state = forms[this.name];
    this.title.textContent = texts[this.name];
    this.about.textContent = texts[`${this.name}_about`];
    this.button.textContent = this.state.running ? texts.stop : texts[`start_${this.name}`];
    this.bar.hidden = !this.state.running || this.state.progress === null;
    if (!this.bar.hidden) this.bar.value = this.state.progress;
    this.bar.setAttribute("aria-label", texts[this.name]);
    this.refusal.textContent = this.state.refusal;
    this.said.replaceChildren(...this.state.said.map((sentence) => element("p", {}, sentence)));
  }

  /** A menu of choices, kept as it is while only its labels change. */
  menu(name) {
    const label = element("span");
    const select = element("select");
    const box = element("label", {}, label, select);
    const show = ({ texts, choices }) => {
      label.textContent = texts[name];
      const chosen = select.value;
      select.replaceChildren(...choices[name].map(([value, text]) => element("option", { value }, text)));
      if (chosen) select.value = chosen;
    };
    return { box, show, get value() { return select.value; } };
  }

  text(name, value, width) {
    const label = element("span");
    const input = element("input", { type: "text", spellcheck: "false", autocomplete: "off", size: String(width), maxlength: "400" });
    input.value = value;
    input.addEventListener("keydown", (event) => event.stopPropagation()); // the page's shortcuts are letters
    const box = element("label", {}, label, input);
    return { box, input, show: ({ texts }) => { label.textContent = texts[name]; }, get value() { return input.value; } };
  }
}

/** Rows of a setting and its range. */
class Ranges {
  constructor(most) {
    this.most = most;
    this.rows = [];
    this.list = element("div", { class: "dl-sweep-ranges" });
    this.add = element("button", { type: "button", onclick: () => this.append() });
    this.root = element("div", { class: "dl-sweep-ranges" }, this.list, this.add);
  }

  show(desk) {
    this.desk = desk;
    if (!this.rows.length) this.append();
    this.add.textContent = desk.texts.add;
    this.add.hidden = this.rows.length >= this.most;
    for (const row of this.rows) this.label(row);
  }

  /** A row for the first setting that has none yet. */
  append() {
    const used = new Set(this.rows.map((row) => row.select.value));
    const free = this.desk.settings.find(([name]) => !used.has(name)) ?? this.desk.settings[0];
    if (!free || this.rows.length >= this.most) return;
    const row = { select: element("select"), input: element("input", { type: "text", spellcheck: "false", autocomplete: "off", maxlength: "400" }) };
    row.remove = element("button", { type: "button", onclick: () => this.drop(row) }, "×");
    row.root = element("div", { class: "dl-sweep-range" }, row.select, row.input, row.remove);
    row.input.addEventListener("keydown", (event) => event.stopPropagation());
    row.select.addEventListener("change", () => this.suggest(row));
    this.rows.push(row);
    this.list.append(row.root);
    this.label(row, free[0]);
    this.suggest(row);
    this.add.hidden = this.rows.length >= this.most;
    for (const each of this.rows) this.label(each);
  }

  drop(row) {
    this.rows = this.rows.filter((each) => each !== row);
    row.root.remove();
    this.add.hidden = false;
    this.add.focus();
    for (const each of this.rows) this.label(each);
  }

  suggest(row) {
    row.input.value = this.desk.settings.find(([name]) => name === row.select.value)?.[2] ?? "";
  }

  label(row, chosen = row.select.value) {
    const { settings, texts } = this.desk;
    row.select.replaceChildren(...settings.map(([value, text]) => element("option", { value }, text)));
    row.select.value = settings.some(([name]) => name === chosen) ? chosen : settings[0]?.[0] ?? "";
    if (row.select.value !== chosen) this.suggest(row);
    row.select.setAttribute("aria-label", texts.setting);
    row.input.setAttribute("aria-label", texts.values);
    row.remove.setAttribute("aria-label", texts.remove);
    row.remove.hidden = this.rows.length < 2;
  }

  get value() {
    return this.rows.map((row) => [row.select.value, row.input.value]);
  }
}

class SweepForm extends Form {
  constructor(desk) {
    super(desk, "sweep");
    this.ranges = new Ranges(MOST_ROWS);
    this.parts = { method: this.menu("method"), budget: this.text("budget", "20", 4), pruning: this.menu("pruning"), address: this.text("address", "", 16) };
    this.fields.append(this.ranges.root, ...Object.values(this.parts).map((part) => part.box));
    this.best = element("tbody");
    this.heads = element("tr");
    this.caption = element("caption");
    const table = element("table", {}, this.caption, element("thead", {}, this.heads), this.best);
    this.scroll = element("div", { class: "dl-compare-scroll", role: "region", tabindex: "0" }, table);
    this.more.append(this.scroll);
  }

  payload() {
    const { method, budget, pruning, address } = this.parts;
    return { ranges: this.ranges.value, method: method.value, budget: budget.value, pruning: pruning.value, address: address.value };
  }

  show(desk) {
    super.show(desk);
    this.ranges.show(desk);
    for (const part of Object.values(this.parts)) part.show(desk);
    this.parts.address.box.hidden = desk.address === null;
    if (!this.isAddressed && desk.address) this.parts.address.input.value = desk.address;
    this.isAddressed = true;
    const { heads, rows } = this.state.trials;
    const focused = this.best.contains(document.activeElement) ? document.activeElement.dataset.number : undefined;
    this.caption.textContent = desk.texts.trials;
    this.scroll.setAttribute("aria-label", desk.texts.trials);
    this.scroll.hidden = !rows.length;
    this.heads.replaceChildren(...heads.map((head) => element("th", { scope: "col" }, head)));
    this.best.replaceChildren(...rows.map((row) => this.row(row, desk.texts)));
    if (focused !== undefined) this.best.querySelector(`[data-number="${focused}"]`)?.focus({ preventScroll: true });
  }

  row([number, name, cells], texts) {
    const label = texts.open.replace("{number}", () => name);
    const press = () => this.desk.ask("open", { number });
    const open = element("button", { type: "button", "aria-label": label, title: label, "data-number": String(number), onclick: press }, name);
    return element("tr", {}, element("th", { scope: "row" }, open), ...cells.map((text) => element("td", {}, text)));
  }
}

class RaceForm extends Form {
  constructor(desk) {
    super(desk, "race");
    this.ranges = new Ranges(1);
    this.speed = this.menu("speed");
    this.fields.append(this.ranges.root, this.speed.box);
  }

  payload() {
    return { ranges: this.ranges.value, speed: this.speed.value };
  }

  show(desk) {
    super.show(desk);
    this.ranges.show({ ...desk, settings: desk.raced });
    this.speed.show(desk);
  }
}

export default { render };
