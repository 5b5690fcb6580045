/* The list of kept runs. See run_list.py.
 *
 * The kernel sorts, filters and words everything; here stand the rows that it sent and what a person does with them.
 */

import { element } from "../board/element.js";
import { setView } from "../controls/view_settings.js";

const FILTER_MS = 250; // after the last key

function render({ model, el }) {
  const life = new AbortController();
  const view = new RunListView(model);
  el.classList.add("dl-run-list");
  el.append(view.root);
  const hear = ({ kind }) => kind === "opened" && setView(el.closest(".dl-root"), "tab", undefined, false);
  model.on("change:table", view.write);
  model.on("msg:custom", hear);
  life.signal.addEventListener("abort", () => {
    model.off("change:table", view.write);
    model.off("msg:custom", hear);
  });
  view.write();
  return () => life.abort();
}

class RunListView {
  constructor(model) {
    this.model = model;
    this.write = () => this.show(model.get("table"));
    this.filter = element("input", { type: "text", class: "dl-run-filter", spellcheck: "false", autocomplete: "off" });
    this.filter.addEventListener("input", () => this.filterSoon());
    this.refusal = element("p", { class: "dl-run-refusal", role: "status" });
    this.notice = element("p", { class: "dl-run-notice" });
    this.counted = element("p", { class: "dl-run-count", "aria-live": "polite" });
    this.undo = element("button", { type: "button", onclick: () => this.ask("undelete") });
    this.more = element("button", { type: "button", onclick: () => this.ask("more", { rows: this.table.found }) });
    this.heads = element("tr");
    this.body = element("tbody");
    const table = element("table", {}, element("thead", {}, this.heads), this.body);
    this.scroll = element("div", { class: "dl-compare-scroll", role: "region", tabindex: "0" }, table);
    this.label = element("label", {});
    this.title = element("h2");
    const tools = element("div", { class: "dl-run-tools" }, this.title, this.label, this.counted, this.undo);
    this.root = element("div", {}, this.notice, tools, this.refusal, this.scroll, this.more);
  }

  ask(kind, payload = {}) {
    this.model.send({ kind, ...payload });
  }

  filterSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask("filter", { text: this.filter.value.slice(0, 1000) }), FILTER_MS);
  }

  show(table) {
    if (!table.texts) return; // before the kernel has read the store
    this.table = table;
    const { texts } = table;
    if (!this.label.childNodes.length) this.label.append(element("span"), this.filter);
    this.title.textContent = texts.title;
    this.label.firstChild.textContent = texts.filter;
    this.filter.placeholder = texts.filter_hint;
    if (document.activeElement !== this.filter) this.filter.value = table.filter;
    this.filter.toggleAttribute("aria-invalid", Boolean(table.refusal));
    if (table.refusal) this.filter.setAttribute("aria-invalid", "true");
    this.refusal.textContent = table.refusal;
    this.notice.textContent = table.notice;
    this.counted.textContent = texts.counted;
    this.undo.textContent = texts.undelete;
    this.undo.hidden = !table.can_undelete;
    this.more.textContent = texts.more;
    this.more.hidden = table.rows.length >= table.found;
    this.scroll.hidden = table.rows.length === 0;
    this.scroll.setAttribute("aria-label", texts.title);
    const focused = this.focusedPlace();
    this.heads.replaceChildren(element("th", { scope: "col" }, texts.marks), this.head("name", texts.name), ...this.heading());
    this.body.replaceChildren(...table.rows.map((row) => this.row(row)));
    this.focusAgain(focused);
  }

  heading() {
    return this.table.columns.map(([key, label]) => this.head(key, label));
  }

  /** A heading sorts by its column: first rising, then falling. */
  head(key, label) {
    const { sort } = this.table;
    const by = sort === key ? `-${key}` : key;
    const button = element("button", { type: "button", "data-place": `sort ${key}`, onclick: () => this.ask("sort", { by }) }, label);
    const cell = element("th", { scope: "col" }, button);
    if (sort.replace(/^-/, "") === key) cell.setAttribute("aria-sort", sort === key ? "ascending" : "descending");
    return cell;
  }

  row(run) {
    const { texts } = this.table;
    const named = (text) => text.replace("{run}", () => run.title);
    const mark = (name, text, sign, isOn = run[name]) => {
      const press = () => this.ask("mark", { ids: [run.id], [name]: !run[name] });
      return this.button(run, name, named(text), sign, press, isOn);
    };
    const marks = element("td", { class: "dl-run-marks" },
      mark("starred", texts.star, run.starred ? "★" : "☆"),
      mark("hidden", texts.draw, run.hidden ? "○" : "●", !run.hidden),
      mark("pinned", texts.pin, run.pinned ? "◆" : "◇"),
      ...(texts.open ? [this.button(run, "open", named(texts.open), "↗", () => this.ask("open", { id: run.id }))] : []),
      this.button(run, "delete", named(texts.delete), "×", () => this.ask("delete", { ids: [run.id] })),
    );
    const swatch = element("span", { class: "dl-swatch", style: `--dl-run:var(--dl-run-${run.colour})` });
    const name = this.button(run, "name", named(texts.rename), run.title, () => this.rename(run, name));
    name.classList.add("dl-run-name");
    const head = element("th", { scope: "row" }, swatch, name);
    const cells = run.cells.map((text) => element("td", { title: text }, text)); // a long one is cut
    return element("tr", run.hidden ? { class: "dl-run-hidden" } : {}, marks, head, ...cells);
  }

  button(run, place, label, sign, onclick, isOn) {
    const state = isOn === undefined ? {} : { "aria-pressed": String(isOn) };
    const attributes = { type: "button", "aria-label": label, title: label, "data-place": `${place} ${run.id}`, ...state };
    return element("button", { ...attributes, onclick }, sign);
  }

  /** Puts a box in the place of the name; Enter or leaving it takes what stands there, Escape does not. */
  rename(run, button) {
    const box = element("input", { type: "text", "aria-label": button.getAttribute("aria-label"), maxlength: "100" });
    box.value = run.name;
    let isOver = false;
    const end = (isTaken) => {
      if (isOver) return;
      isOver = true;
      box.replaceWith(button);
      if (isTaken && box.value !== run.name) this.ask("mark", { ids: [run.id], name: box.value });
    };
    box.addEventListener("blur", () => end(true));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the page's shortcuts are letters
      if (event.key === "Enter" || event.key === "Escape") {
        end(event.key === "Enter");
        button.focus();
      }
    });
    button.replaceWith(box);
    box.focus();
    box.select();
  }

  focusedPlace() {
    const focused = document.activeElement;
    return this.root.contains(focused) ? focused.dataset.place : undefined;
  }

  /** Rows are made anew for each change; who stands on a button goes on from there. */
  focusAgain(place) {
    if (place) this.root.querySelector(`[data-place="${CSS.escape(place)}"]`)?.focus({ preventScroll: true });
  }
}

export default { render };
