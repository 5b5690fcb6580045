// The tabs of the page: which of its parts is in sight. The kernel builds one when it is first opened.

import { element } from "../board/element.js";
import { follow } from "./page.js";
import { openTab } from "./open_tab.js";
import { followView, setView } from "./view_settings.js";

const TABS = ["train", "compare"];

/** The row of tabs; arrow keys go from one to the next. */
export function tabs(root, model, signal) {
  const buttons = TABS.map((name) => element("button", { type: "button", role: "tab", "data-tab": name }));
  const choose = (name) => setView(root, "tab", name === "train" ? undefined : name, false);
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
  follow(model, ["texts"], () => {
    const texts = model.get("texts");
    row.setAttribute("aria-label", texts.tabs);
    for (const button of buttons) button.textContent = texts[`tab_${button.dataset.tab}`];
  }, signal);
  followView(root, ["tab"], () => {
    const open = openTab(root);
    root.dataset.tab = open;
    for (const button of buttons) {
      button.setAttribute("aria-selected", String(button.dataset.tab === open));
      button.tabIndex = button.dataset.tab === open ? 0 : -1;
    }
    model.send({ kind: "tab", tab: open });
  }, signal);
  return row;
}
