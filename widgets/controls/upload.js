// Upload: takes a CSV file and shows what the kernel read. See upload.py.
// A visitor's words (file and column names, notes) become text nodes only, never HTML.

const TASKS = [
  ["Classification", "classification"],
  ["Regression", "regression"],
];
const LONGEST_NAME = 200; // characters of a file's name that are sent

/** Make an element: element("p", {class: "x"}, "text", child, …). */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A drop area that is also the label of a file input; calls take(file). */
function dropArea(limit, take) {
  const input = element("input", { type: "file", accept: ".csv,text/csv", "aria-label": "Upload a CSV" });
  const hint = element("span", { class: "dl-upload-hint" }, `or drop it here, at most ${limit} MB`);
  const area = element("label", { class: "dl-upload-drop" }, input, element("span", {}, "Upload a CSV"), hint);
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
  return area;
}

/** A file dropped beside the area would replace the page, and the visitor's work with it. */
function keepPageOnMissedDrop(signal) {
  const keep = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
  for (const name of ["dragover", "drop"]) document.addEventListener(name, keep, { signal });
}

/** A menu with its name; calls choose(value). `show(entries, value)` keeps the focus where it is. */
function menu(name, choose) {
  const select = element("select", { "aria-label": name });
  const box = element("label", { class: "dl-choice dl-named" }, element("span", { class: "widget-label" }, name), select);
  let shown = "";
  select.addEventListener("change", () => choose(select.value));
  const show = (entries, value) => {
    const wanted = JSON.stringify(entries);
    if (wanted !== shown) {
      shown = wanted;
      select.replaceChildren(...entries.map(([label, entry]) => new Option(label, entry)));
    }
    select.value = value;
  };
  return { box, show };
}

/** Sends a file that is small enough; of any other only its size. */
async function sendFile(model, status, file) {
  if (!file) return;
  if (file.size > model.get("largest")) {
    model.send({ kind: "too-large", size: file.size });
    return;
  }
  status.textContent = `Reading ${file.name} …`;
  try {
    const bytes = await file.arrayBuffer();
    model.send({ kind: "file", name: file.name.slice(0, LONGEST_NAME) }, undefined, [bytes]);
  } catch {
    status.textContent = "This file could not be opened."; // a folder, or a file that is gone
  }
}

function render({ model, el }) {
  const life = new AbortController();
  el.classList.add("dl-upload");
  const status = element("p", { class: "dl-upload-status", role: "status" });
  const shape = element("p", { class: "dl-upload-shape" });
  const notes = element("ul", { class: "dl-upload-notes" });
  const target = menu("Target", (name) => model.send({ kind: "choose", target: name }));
  const task = menu("Task", (name) =>
    model.send({ kind: "choose", target: model.get("shown").target, task: name }),
  );
  const result = element("div", { class: "dl-upload-result" }, shape, target.box, task.box, notes);

  const showReading = () => {
    const name = model.get("reading");
    status.textContent = name && `Reading ${name} …`;
    result.inert = name !== ""; // its table may be replaced
  };
  const update = () => {
    const shown = model.get("shown");
    result.hidden = !shown.name;
    if (result.hidden) return;
    shape.textContent = `${shown.name}: ${shown.shape}`;
    notes.replaceChildren(...shown.notes.map((note) => element("li", {}, note)));
    target.show(shown.columns.map((name) => [name, name]), shown.target);
    task.show(TASKS, shown.task);
  };
  const onMessage = (message) => {
    if (message.kind !== "answered") return;
    showReading();
    update(); // a refused choice goes back to what it was
  };

  model.on("change:shown", update);
  model.on("change:reading", showReading);
  model.on("msg:custom", onMessage);
  keepPageOnMissedDrop(life.signal);
  const area = dropArea(model.get("largest") / 1e6, (file) => sendFile(model, status, file));
  el.replaceChildren(element("h2", {}, "Your CSV"), area, status, result);
  update();
  showReading();
  return () => {
    life.abort();
    model.off("change:shown", update);
    model.off("change:reading", showReading);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
