// The tabs of the page: which of its parts is in sight. The kernel builds one when it is first opened.

import { element } from "../board/element.js";
import { follow } from "./page.js";
import { openTab, tabNames, tabSetting } from "./open_tab.js";
import { followView, setView } from "./view_settings.js";

/** The row of tabs; arrow keys go from one to the next. It is empty where the page has one part. */
export function tabs(root, model, signal) {
  const buttons = tabNames(model).map((name) => element("button", { type: "button", role: "tab", "data-tab": name }));
  if (!buttons.length) return element("div", { class: "dl-tabs" });
  const choose = (name) => setView(root, "tab", tabSetting(name, model), false);
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.tab));
  const row = element("div", { class: "dl-tabs", role: "tablist" }, ...buttons);
  row.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // on the page the right arrow makes a step
    const next = buttons[(buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length];
    choose(next.dataset.tab);
    next.focus();
  });
  follow(model, ["texts", "tabs"], () => {
    row.setAttribute("aria-label", model.get("texts").tabs);
    model.get("tabs").forEach(([, label], n) => (buttons[n].textContent = label));
  }, signal);
  followView(root, ["tab"], () => {
    const open = openTab(root, model);
    root.dataset.tab = open;
    for (const button of buttons) {
      button.setAttribute("aria-selected", String(button.dataset.tab === open));
      button.tabIndex = button.dataset.tab === open ? 0 : -1;
    }
    model.send({ kind: "tab", tab: open });
  }, signal);
  hideClosed(root, tabNames(model), signal);
  return row;
}

/** Adds the style sheet that hides every tab but the open one. */
function hideClosed(root, names, signal) {
  const closed = names.map((name) => `.dl-root:not([data-tab="${name}"]) > .dl-tab-${name}`);
  const sheet = element("style", {}, `${closed.join(", ")} { display: none !important; }`);
  root.append(sheet);
  signal.addEventListener("abort", () => sheet.remove());
}
