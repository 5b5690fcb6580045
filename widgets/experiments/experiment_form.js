/* The form of an experiment. See experiment_form.py.
 *
 * The kernel words everything and says what may be chosen; what a person has chosen stays here until Start.
 */

import { element } from "../board/element.js";

function render({ model, el }) {
  const life = new AbortController();
  const view = new FormView(model);
  el.classList.add("dl-experiment");
  el.append(view.root);
  model.on("change:form", view.write);
  life.signal.addEventListener("abort", () => model.off("change:form", view.write));
  view.write();
  return () => life.abort();
}

class FormView {
  constructor(model) {
    this.model = model;
    this.controls = new Map();
    this.write = () => this.show(model.get("form"));
    this.title = element("h2");
    this.about = element("p", { class: "dl-experiment-about" });
    this.fields = element("div", { class: "dl-experiment-fields" });
    this.start = element("button", { type: "submit", class: "dl-experiment-start" });
    this.cancel = element("button", { type: "button", onclick: () => model.send({ kind: "cancel" }) });
    this.progress = element("progress", { max: "1" });
    this.says = element("div", { class: "dl-experiment-says", role: "status" });
    const presses = element("div", { class: "dl-experiment-presses" }, this.start, this.cancel, this.progress);
    this.root = element("form", {}, this.title, this.about, this.fields, presses, this.says);
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const control of this.controls.values()) delete control.dataset.suggested; // what was used is a person's own
      model.send({ kind: "start", values: this.values() });
    });
    this.root.addEventListener("keydown", (event) => event.target.matches("input") && event.stopPropagation()); // shortcuts
  }

  show(form) {
    if (!form.texts) return; // before the kernel has read the store
    this.form = form;
    this.title.textContent = form.texts.title;
    this.about.textContent = form.texts.about;
    const shape = JSON.stringify(form.fields);
    if (shape !== this.shape) this.build(shape);
    this.start.textContent = form.texts.start;
    this.start.disabled = !form.can_start;
    this.cancel.textContent = form.texts.cancel;
    this.cancel.hidden = this.progress.hidden = !form.is_running;
    this.progress.value = form.progress;
    this.progress.setAttribute("aria-label", form.texts.progress);
    this.says.replaceChildren(...form.says.map((sentence) => element("p", {}, sentence)));
  }

  build(shape) {
    const focused = this.fields.contains(document.activeElement) ? document.activeElement.name : undefined;
    this.shape = shape;
    this.controls = new Map(this.form.fields.map((field) => [field.name, this.control(field)]));
    this.labels = this.form.fields.map((field) => element("label", {}, element("span", {}, field.label), this.controls.get(field.name)));
    this.fields.replaceChildren(...this.labels);
    this.hide();
    if (focused) this.controls.get(focused)?.focus();
  }

  control({ name, value, options }) {
    const made = options.length ? element("select", { name }) : element("input", { type: "text", name, maxlength: "100" });
    for (const [option, label] of options) made.append(element("option", { value: option }, label));
    const control = this.controls.get(name); // what stands there stays, but for a number that nobody has touched or used
    const before = control?.dataset.suggested === control?.value && !options.length ? undefined : control?.value;
    const isLegal = before !== undefined && (!options.length || options.some(([option]) => option === before));
    made.value = isLegal ? before : value;
    if (!isLegal) made.dataset.suggested = value;
    made.addEventListener("input", () => this.hide());
    return made;
  }

  hide() {
    for (const [place, { only_with, only_value }] of this.form.fields.entries())
      this.labels[place].hidden = Boolean(only_with) && this.controls.get(only_with).value !== only_value;
  }

  values() {
    return Object.fromEntries([...this.controls].map(([name, control]) => [name, control.value]));
  }
}

export default { render };
