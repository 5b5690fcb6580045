// Upload: takes a CSV file and shows what the kernel read. See upload.py.
// A visitor's words (file and column names, notes) become text nodes only, never HTML.

import { element } from "../board/element.js";
import { holdTable } from "./held_table.js";
import { tablePreview } from "./table_preview.js";

const LONGEST_NAME = 200; // characters of a file's name that are sent

/** A drop area that is also the label of a file input; calls take(file). `write(texts, limit)` names it. */
function dropArea(take) {
  const input = element("input", { type: "file", accept: ".csv,.tsv,.tab,.txt,.data,.dat,text/csv,text/plain" });
  const hint = element("span", { class: "dl-upload-hint" });
  const invitation = element("span");
  const area = element("label", { class: "dl-upload-drop" }, input, invitation, hint);
  const highlight = (on) => area.classList.toggle("dl-upload-over", on);
  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = ""; // so that the same file, mended, can be chosen again
  });
  area.addEventListener("dragover", () => highlight(true));
  area.addEventListener("dragleave", () => highlight(false));
  area.addEventListener("drop", (event) => {
    highlight(false);
    take(event.dataTransfer.files[0]);
  });
  const write = (texts, limit) => {
    input.setAttribute("aria-label", texts.upload);
    invitation.textContent = texts.upload;
    hint.textContent = texts.drop.replace("{limit}", limit);
  };
  return { area, write };
}

/** A file dropped beside the area would replace the page, and the visitor's work with it. */
function keepPageOnMissedDrop(signal) {
  const keep = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
  for (const name of ["dragover", "drop"]) document.addEventListener(name, keep, { signal });
}

/** A menu with its name; calls choose(value). `show(name, entries, value)` keeps the focus where it is. */
function menu(choose) {
  const select = element("select");
  const label = element("span", { class: "widget-label" });
  const box = element("label", { class: "dl-choice dl-named" }, label, select);
  let shown = "";
  select.addEventListener("change", () => choose(select.value));
  const show = (name, entries, value) => {
    label.textContent = name;
    select.setAttribute("aria-label", name);
    const wanted = JSON.stringify(entries);
    if (wanted !== shown) {
      shown = wanted;
      select.replaceChildren(...entries.map(([label, entry]) => new Option(label, entry)));
    }
    select.value = value;
  };
  return { box, show };
}

const reading = (texts, name) => texts.reading.replace("{name}", () => name);

/** Sends a file that is small enough; of any other only its size. */
async function sendFile(model, status, file, onSent) {
  if (!file) return;
  if (file.size > model.get("largest")) {
    model.send({ kind: "too-large", size: file.size });
    return;
  }
  const texts = model.get("texts");
  status.textContent = reading(texts, file.name);
  try {
    const bytes = await file.arrayBuffer();
    onSent(bytes);
    model.send({ kind: "file", name: file.name.slice(0, LONGEST_NAME) }, undefined, [bytes]);
  } catch {
    status.textContent = texts.unreadable; // a folder, or a file that is gone
  }
}

function render({ model, el }) {
  const life = new AbortController();
  el.classList.add("dl-upload");
  const status = element("p", { class: "dl-upload-status", role: "status" });
  const shape = element("p", { class: "dl-upload-shape" });
  const notes = element("ul", { class: "dl-upload-notes" });
  const target = menu((name) => model.send({ kind: "choose", target: name }));
  const task = menu((name) =>
    model.send({ kind: "choose", target: model.get("shown").target, task: name }),
  );
  const encoding = menu((name) => model.send({ kind: "read", encoding: name }));
  const names = element("input", { type: "checkbox" });
  const namesLabel = element("span");
  const namesBox = element("label", { class: "dl-upload-names" }, names, namesLabel);
  names.addEventListener("change", () => model.send({ kind: "read", has_names: names.checked }));
  const preview = tablePreview((column, kind) => model.send({ kind: "read", column, as: kind }));
  const title = element("h2");
  let sent; // the bytes of a file that the kernel has not dealt with, and what it showed before
  const drop = dropArea((file) =>
    sendFile(model, status, file, (bytes) => (sent = { bytes, before: model.get("shown") })),
  );
  const reads = [shape, preview.box, namesBox, encoding.box, target.box, task.box, notes];
  const result = element("div", { class: "dl-upload-result" }, ...reads);

  const showReading = () => {
    const name = model.get("reading");
    status.textContent = name && reading(model.get("texts"), name);
    result.inert = name !== ""; // its table may be replaced
  };
  const update = () => {
    const [texts, shown] = [model.get("texts"), model.get("shown")];
    result.hidden = !shown.name;
    if (result.hidden) return;
    shape.textContent = shown.summary;
    notes.replaceChildren(...shown.notes.map((note) => element("li", {}, note)));
    target.show(texts.target, shown.columns.map((name) => [name, name]), shown.target);
    task.show(texts.task, shown.tasks.map((name) => [texts[name], name]), shown.task);
    const { kinds, encodings } = model.get("menus");
    encoding.show(texts.encoding, encodings.map((name) => [name, name]), shown.encoding);
    namesLabel.textContent = texts.names;
    names.checked = shown.has_names;
    preview.show(texts, kinds, shown.preview);
  };
  const write = () => {
    const texts = model.get("texts");
    title.textContent = texts.title;
    drop.write(texts, model.get("largest") / 1e6);
    update();
    showReading();
  };
  const onMessage = (message) => {
    if (message.kind !== "answered") return;
    if (sent && model.get("shown") !== sent.before) holdTable(el.closest(".dl-root"), sent.bytes);
    sent = undefined;
    showReading();
    update(); // a refused choice goes back to what it was
  };

  model.on("change:texts", write);
  model.on("change:shown", update);
  model.on("change:reading", showReading);
  model.on("msg:custom", onMessage);
  keepPageOnMissedDrop(life.signal);
  el.replaceChildren(title, drop.area, status, result);
  write();
  return () => {
    life.abort();
    model.off("change:texts", write);
    model.off("change:shown", update);
    model.off("change:reading", showReading);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
