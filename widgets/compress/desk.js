/* The desk of the Compress tab. See desk.py.
 *
 * The kernel reads and judges what is typed; here stand the form, the list and what a person does with them.
 */

import { element } from "../board/element.js";
import { options } from "../board/menu_options.js";

const MOST_STEPS = 6;
const PLACES = 1000; // of a slider

function render({ model, el }) {
  const life = new AbortController();
  const view = new CompressDeskView(model);
  el.classList.add("dl-compress-desk");
  el.append(view.root);
  model.on("change:desk change:kinds", view.write);
  life.signal.addEventListener("abort", () => model.off("change:desk change:kinds", view.write));
  view.write();
  return () => life.abort();
}

class CompressDeskView {
  constructor(model) {
    this.model = model;
    this.write = () => this.show(model.get("desk"), model.get("kinds"));
    this.steps = [];
    this.title = element("h2");
    this.subjectName = element("span");
    this.subject = element("select");
    this.subject.addEventListener("keydown", (event) => event.stopPropagation()); // the page's shortcuts are letters
    this.subject.addEventListener("change", () => this.ask("subject", { run: this.subject.value }));
    const which = element("div", { class: "dl-desk-fields dl-compress-subject" }, element("label", {}, this.subjectName, this.subject));
    this.about = element("p", { class: "dl-soft" });
    this.list = element("ol", { class: "dl-compress-steps" });
    this.add = element("button", { type: "button", onclick: () => this.append() });
    this.make = element("button", { type: "button", class: "dl-desk-main", onclick: () => this.press() });
    this.refusal = element("p", { class: "dl-desk-refusal", role: "status" });
    const row = element("div", { class: "dl-compress-row" }, this.make, this.add);
    const form = element("section", {}, this.title, which, this.about, this.list, row, this.refusal);
    this.artifacts = new ArtifactList(this);
    this.root = element("div", { class: "dl-desk dl-compress-sections" }, form, this.artifacts.root);
  }

  ask(kind, payload = {}) {
    this.model.send({ kind, ...payload });
  }

  press() {
    this.ask("make", { steps: this.steps.map((step) => step.value) });
  }

  show(desk, kinds) {
    if (!desk.texts || !kinds.length) return; // before it was first drawn
    this.desk = desk;
    const { texts } = desk;
    const words = JSON.stringify([texts, kinds]);
    if (words !== this.words) {
      this.words = words;
      this.kinds = kinds;
      this.title.textContent = texts.title;
      this.subjectName.textContent = texts.subject;
      this.make.textContent = texts.make;
      this.add.textContent = texts.add;
      for (const step of this.steps) step.translate();
    }
    if (!this.steps.length) this.append("quantize");
    options(this.subject, desk.subjects, desk.kept_run);
    this.about.textContent = desk.subject;
    this.refusal.textContent = desk.refusal;
    this.artifacts.show(desk);
  }

  append(name = this.kinds[0].name) {
    if (this.steps.length >= MOST_STEPS) return;
    const step = new Step(this, name);
    this.steps.push(step);
    this.list.append(step.root);
    this.refresh();
  }

  drop(step) {
    this.steps = this.steps.filter((each) => each !== step);
    step.root.remove();
    this.refresh();
    this.add.focus();
  }

  refresh() {
    this.add.hidden = this.steps.length >= MOST_STEPS;
    for (const step of this.steps) step.remove.hidden = this.steps.length < 2;
  }
}

/** One change: a menu of kinds, a sentence on what it does, and its settings. */
class Step {
  constructor(desk, name) {
    this.desk = desk;
    this.select = element("select");
    this.select.addEventListener("change", () => this.choose(this.select.value));
    this.remove = element("button", { type: "button", onclick: () => desk.drop(this) }, "×");
    this.about = element("p", { class: "dl-soft" });
    this.fields = element("div", { class: "dl-desk-fields" });
    const head = element("div", { class: "dl-compress-row" }, this.select, this.remove);
    this.root = element("li", {}, head, this.about, this.fields);
    this.choose(name);
  }

  choose(name) {
    this.name = name;
    this.settings = this.kind.fields.map((field) => new Setting(this.desk, field));
    this.fields.replaceChildren(...this.settings.map((setting) => setting.root));
    this.translate();
  }

  get kind() {
    return this.desk.kinds.find((kind) => kind.name === this.name);
  }

  translate() {
    const { texts } = this.desk.desk;
    this.select.replaceChildren(...this.desk.kinds.map(({ name, label }) => element("option", { value: name }, label)));
    this.select.value = this.name;
    this.select.setAttribute("aria-label", texts.change);
    this.remove.setAttribute("aria-label", texts.remove);
    this.about.textContent = this.kind.about;
    this.kind.fields.forEach((field, place) => this.settings[place].translate(field));
  }

  get value() {
    return [this.name, Object.fromEntries(this.settings.map((setting) => [setting.field.name, setting.value]))];
  }
}

/** A setting: a menu, or a box with a slider beside it. */
class Setting {
  constructor(desk, field) {
    this.desk = desk;
    this.field = field;
    this.name = element("span");
    if (field.options.length) {
      this.input = element("select");
      this.root = element("label", {}, this.name, this.input);
    } else {
      this.input = element("input", { type: "text", spellcheck: "false", autocomplete: "off", size: "7", maxlength: "40" });
      this.input.value = field.default;
      this.slider = element("input", { type: "range", min: "0", max: String(PLACES), tabindex: "-1", "aria-hidden": "true" });
      this.slider.addEventListener("input", () => this.slide());
      this.root = element("label", {}, this.name, element("span", { class: "dl-compress-value" }, this.input, this.slider));
      this.place();
    }
    this.input.addEventListener("keydown", (event) => event.stopPropagation()); // the page's shortcuts are letters
    this.input.addEventListener("change", () => this.changed());
  }

  translate(field) {
    const chosen = this.input.value;
    this.field = field;
    this.name.textContent = field.label;
    this.root.title = field.help;
    if (field.options.length) {
      this.input.replaceChildren(...field.options.map(([value, label]) => element("option", { value }, label)));
      this.input.value = chosen || field.default;
    } else this.input.placeholder = field.empty;
  }

  changed() {
    this.place();
    if (this.field.live) this.desk.ask("live", { name: this.field.name, value: this.input.value });
  }

  /** Puts the slider where the box says. */
  place() {
    if (!this.slider) return;
    const { low, high, log } = this.field;
    const number = Number(this.input.value.replace(/\s/g, "").replace(",", "."));
    const shift = log && low === 0 ? 1 : 0; // a logarithm has no place for 0
    const share = log ? Math.log((number + shift) / (low + shift)) / Math.log((high + shift) / (low + shift)) : (number - low) / (high - low);
    if (Number.isFinite(share)) this.slider.value = String(PLACES * share);
  }

  slide() {
    const { low, high, log, whole } = this.field;
    const share = Number(this.slider.value) / PLACES;
    const shift = log && low === 0 ? 1 : 0;
    const number = log ? (low + shift) * ((high + shift) / (low + shift)) ** share - shift : low + share * (high - low);
    this.input.value = whole ? String(Math.round(Number(number.toPrecision(3)))) : String(Number(number.toPrecision(2)));
    if (this.field.live) this.desk.ask("live", { name: this.field.name, value: this.input.value });
  }

  get value() {
    return this.input.value;
  }
}

/** The table of artifacts; a row is chosen by its name. */
class ArtifactList {
  constructor(desk) {
    this.desk = desk;
    this.caption = element("caption");
    this.heads = element("tr");
    this.rows = element("tbody");
    const table = element("table", {}, this.caption, element("thead", {}, this.heads), this.rows);
    this.scroll = element("div", { class: "dl-compress-scroll", role: "region", tabindex: "0" }, table);
    this.root = element("section", { class: "dl-compress-list" }, this.scroll);
  }

  show({ texts, heads, rows }) {
    this.root.hidden = !rows.length;
    this.caption.textContent = texts.artifacts;
    this.scroll.setAttribute("aria-label", texts.artifacts);
    const named = heads.map((head) => element("th", { scope: "col" }, head));
    this.heads.replaceChildren(element("td"), ...named, element("td")); // the buttons at both ends name themselves
    const active = this.rows.contains(document.activeElement) ? document.activeElement : undefined;
    const [number, act] = [active?.dataset.number, active?.dataset.act];
    this.rows.replaceChildren(...rows.map((row) => this.row(row, texts, heads.length)));
    if (act) this.rows.querySelector(`[data-number="${number}"][data-act="${act}"]`)?.focus({ preventScroll: true });
  }

  row(row, texts, columns) {
    const { number, name, starred, chosen, isOver, cells, said, progress } = row;
    const star = this.button(number, starred ? "unstar" : "star", starred ? "★" : "☆", texts, name, () => this.desk.ask("star", { number, starred: !starred }));
    const open = this.button(number, "open", name, texts, name, () => this.desk.ask("choose", { number }));
    open.setAttribute("aria-pressed", String(chosen));
    const end = isOver
      ? this.button(number, "delete", "×", texts, name, () => this.desk.ask("delete", { number }))
      : this.button(number, "cancel", "■", texts, name, () => this.desk.ask("cancel", { number }));
    const middle = cells.length ? cells.map((text) => element("td", {}, text)) : [this.going(said, progress, columns - 1, name)];
    return element("tr", chosen ? { class: "dl-compress-chosen" } : {}, element("td", {}, star), element("th", { scope: "row" }, open), ...middle, element("td", {}, end));
  }

  going(said, progress, columns, name) {
    const bar = element("progress", { max: "1", "aria-label": name });
    bar.value = progress ?? 0;
    return element("td", { colspan: String(columns) }, ...(progress === null ? [] : [bar]), element("span", {}, said));
  }

  button(number, act, face, texts, name, onclick) {
    const label = texts[act].replace("{name}", () => name);
    return element("button", { type: "button", "aria-label": label, title: label, "data-number": String(number), "data-act": act, onclick }, face);
  }
}

export default { render };
