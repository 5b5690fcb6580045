// The help, in a dialog.

import { element } from "../board/element.js";
import { follow } from "./page.js";

/** Makes the dialog, which opens at its top: `showModal()`. Esc, the button and a click beside it close it. */
export function helpDialog(model, signal) {
  const title = element("h2", { tabindex: "-1", autofocus: "" }); // else the button had the focus, wherever it stands
  const close = element("button", { type: "button", onclick: () => dialog.close() });
  const head = element("div", { class: "dl-help-head" }, title, close);
  const dialog = element("dialog", { class: "dl-help" });
  const write = () => {
    const texts = model.get("texts");
    dialog.setAttribute("aria-label", texts.help);
    title.textContent = texts.help;
    close.textContent = texts.close;
    dialog.replaceChildren(head, ...model.get("help").flatMap(helpSection));
  };
  follow(model, ["help", "texts"], write, signal);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    event.preventDefault(); // there is one button: the browser's own controls would come next
    close.focus();
  });
  return dialog;
}

function helpSection([heading, entries]) {
  const rows = entries.flatMap(([term, meaning]) => [element("dt", {}, term), element("dd", {}, meaning)]);
  return [element("h3", {}, heading), element("dl", {}, ...rows)];
}
