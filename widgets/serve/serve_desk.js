/* The desk of the Serve tab. See serve_desk.py.
 *
 * The kernel reads and judges what is typed; here stand the forms, what is said, and what a person does with them.
 */

import { element } from "../board/element.js";
import { options } from "../board/menu_options.js";

const LARGEST_EXPONENT = 10; // of the slider of batches: 1 to 1024
const WAIT_PLACES = 100;
const MOST_WAIT_MS = 100;

function render({ model, el }) {
  const life = new AbortController();
  const view = new ServeDeskView(model);
  el.classList.add("dl-serve-desk");
  el.append(view.root);
  model.on("change:desk", view.write);
  life.signal.addEventListener("abort", () => model.off("change:desk", view.write));
  view.write();
  return () => life.abort();
}

class ServeDeskView {
  constructor(model) {
    this.model = model;
    this.write = () => this.show(model.get("desk"));
    this.words = {};
    this.root = element("div", { class: "dl-desk dl-serve-sections" }, this.serving(), this.batching(), this.loading());
  }

  ask(kind, payload = {}) {
    this.model.send({ kind, ...payload });
  }

  word(name, tag = "span") {
    return (this.words[name] = element(tag));
  }

  field(name, input) {
    input.addEventListener("keydown", (event) => event.stopPropagation()); // the page's shortcuts are letters
    return element("label", {}, this.word(name), input);
  }

  button(name, act, kind = "") {
    const button = this.word(name, "button");
    button.type = "button";
    button.className = kind;
    button.addEventListener("click", act);
    return button;
  }

  serving() {
    this.subject = element("p", { class: "dl-soft" });
    this.what = element("select");
    this.what.addEventListener("change", () => this.explain());
    this.format = element("select");
    this.port = element("input", { type: "text", size: "6", maxlength: "20", value: "0", inputmode: "numeric" });
    this.start = this.button("serve", () => this.ask("serve", { format: this.format.value, port: this.port.value, what: this.what.value }), "dl-desk-main");
    this.end = this.button("stop", () => this.ask("stop"));
    this.said = element("div", { class: "dl-serve-said", role: "status" });
    this.curl = element("code", { tabindex: "0" });
    this.terminal = element("p", { class: "dl-serve-curl" }, this.word("curl"), this.curl);
    const fields = element(
      "div",
      { class: "dl-desk-fields" },
      this.field("what", this.what),
      this.field("format", this.format),
      this.field("port", this.port),
    );
    const row = element("div", { class: "dl-serve-row" }, this.start, this.end);
    return element("section", {}, this.word("title", "h2"), this.subject, fields, row, this.said, this.terminal);
  }

  batching() {
    this.batch = element("input", { type: "range", min: "0", max: String(LARGEST_EXPONENT), step: "1" });
    this.wait = element("input", { type: "range", min: "0", max: String(WAIT_PLACES), step: "1" });
    this.batchValue = element("output");
    this.waitValue = element("output");
    for (const slider of [this.batch, this.wait]) slider.addEventListener("input", () => this.turn());
    this.counted = element("div", { class: "dl-serve-said" });
    const fields = element(
      "div",
      { class: "dl-desk-fields" },
      element("label", {}, this.word("largest_batch"), element("span", { class: "dl-serve-slider" }, this.batch, this.batchValue)),
      element("label", {}, this.word("longest_wait_ms"), element("span", { class: "dl-serve-slider" }, this.wait, this.waitValue)),
    );
    return element("section", {}, this.word("knobs", "h2"), fields, this.counted);
  }

  loading() {
    this.scenario = element("select");
    this.rate = element("input", { type: "text", size: "7", maxlength: "20", value: "500" });
    this.seconds = element("input", { type: "text", size: "5", maxlength: "20", value: "10" });
    this.put = this.button("put", () =>
      this.ask("load", { scenario: this.scenario.value, rate: this.rate.value, seconds: this.seconds.value }),
    );
    this.sweep = this.button("sweep", () => this.ask("sweep"));
    this.stopLoad = this.button("stop_load", () => this.ask("stop_load"));
    this.about = element("p", { class: "dl-soft" });
    this.scenario.addEventListener("change", () => this.explain());
    this.results = element("div", { class: "dl-serve-said", role: "status" });
    const fields = element(
      "div",
      { class: "dl-desk-fields" },
      this.field("scenario", this.scenario),
      this.field("rate", this.rate),
      this.field("seconds", this.seconds),
    );
    const row = element("div", { class: "dl-serve-row" }, this.put, this.sweep, this.stopLoad);
    return element("section", {}, this.word("load", "h2"), fields, this.about, row, this.results);
  }

  turn() {
    const [rows, wait] = [2 ** Number(this.batch.value), (Number(this.wait.value) / WAIT_PLACES) * MOST_WAIT_MS];
    this.batchValue.textContent = String(rows);
    this.waitValue.textContent = String(wait);
    this.ask("knobs", { largest_batch: rows, longest_wait_ms: wait });
  }

  explain() {
    const chosen = this.desk?.scenarios.find(([name]) => name === this.scenario.value);
    this.about.textContent = chosen ? chosen[1] : "";
    this.rate.disabled = !chosen?.[2];
    this.subject.hidden = this.what.value !== ""; // it names the page's run
    this.format.disabled = this.what.value.startsWith("artifact:"); // an artifact is a file already
  }

  show(desk) {
    if (!desk.texts) return; // before it was first drawn
    const first = !this.desk;
    this.desk = desk;
    for (const [name, node] of Object.entries(this.words)) node.textContent = desk.texts[name];
    options(this.what, desk.subjects);
    options(this.format, desk.formats);
    options(this.scenario, desk.scenarios.map(([name]) => [name, name]));
    if (first) {
      this.scenario.value = desk.scenarios.find(([, , hasRate]) => hasRate)[0];
      this.batch.value = String(Math.round(Math.log2(desk.knobs.largest_batch)));
      this.wait.value = String((desk.knobs.longest_wait_ms / MOST_WAIT_MS) * WAIT_PLACES);
      this.batchValue.textContent = String(desk.knobs.largest_batch);
      this.waitValue.textContent = String(desk.knobs.longest_wait_ms);
    }
    this.explain();
    this.subject.textContent = desk.subject;
    this.start.hidden = desk.is_on;
    this.end.hidden = !desk.is_on;
    this.put.disabled = this.sweep.disabled = !desk.is_served || desk.is_loaded;
    this.stopLoad.hidden = !desk.is_loaded;
    this.curl.textContent = desk.curl;
    this.terminal.hidden = !desk.curl;
    say(this.said, desk.said, desk.refusal);
    say(this.counted, desk.counted, "");
    say(this.results, desk.results, desk.load_refusal);
  }
}

/** Shows sentences, and a refusal before them. */
function say(node, sentences, refusal) {
  const key = JSON.stringify([sentences, refusal]);
  if (node.dataset.said === key) return;
  node.dataset.said = key;
  const refused = refusal ? [element("p", { class: "dl-desk-refusal" }, refusal)] : [];
  node.replaceChildren(...refused, ...sentences.map((sentence) => element("p", {}, sentence)));
}

export default { render };
