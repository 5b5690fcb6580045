// A lesson's choice of controls and charts: `hide=` and `open=` of the link, or what the kernel was told. See lesson.py.
//
// It counts for this page, and is not remembered as what a person chose.

import { element } from "../board/element.js";
import { tabNames, tabSetting } from "./open_tab.js";
import { follow, openedWith } from "./page.js";
import { setView, viewSetting } from "./view_settings.js";

const NAME = /^[a-z0-9_-]{1,40}$/;
let pages = 0;

/** Hides and opens what the lesson says. */
export function keepLesson(root, model, signal) {
  const sheet = element("style");
  const page = String(pages++);
  root.dataset.lesson = page;
  root.append(sheet);
  signal.addEventListener("abort", () => sheet.remove());
  const apply = () => {
    const hidden = names(model, "hide");
    const controls = hidden.map((name) => `.dl-root[data-lesson="${page}"] .dl-field-${name.replaceAll("_", "-")}`);
    sheet.textContent = controls.length ? `${controls.join(", ")} { display: none !important; }` : "";
    hideCharts(root, hidden);
    for (const name of names(model, "open")) open(root, model, name);
  };
  follow(model, ["lesson"], apply, signal);
}

function names(model, key) {
  const inLink = (new URLSearchParams(openedWith()).get(key) ?? "").split(",");
  return [...inLink, ...(model.get("lesson")[key] ?? [])].filter((name) => NAME.test(name));
}

/** Hides charts beside those that are hidden already; names that are no chart's do nothing. */
function hideCharts(root, hidden) {
  const before = viewSetting(root, "hidden")?.split(".") ?? [];
  if (hidden.length) setView(root, "hidden", [...new Set([...before, ...hidden])].join("."), false);
}

/** Opens the diagnostics, or another tab, or shows a chart alone. */
function open(root, model, name) {
  if (name === "diagnostics") setView(root, "diagnostics", "open", false);
  else if (tabNames(model).includes(name)) setView(root, "tab", tabSetting(name, model), false);
  else setView(root, "enlarged", name, false);
}
