// The help, in a dialog.

import { element } from "../board/element.js";
import { follow } from "./page.js";

/** Makes the dialog; `showModal()` opens it. */
export function helpDialog(model, signal) {
  const close = element("button", { type: "button", onclick: () => dialog.close() });
  const dialog = element("dialog", { class: "dl-help" });
  const write = () => {
    const texts = model.get("texts");
    dialog.setAttribute("aria-label", texts.help);
    close.textContent = texts.close;
    dialog.replaceChildren(...model.get("help").flatMap(helpSection), close);
  };
  follow(model, ["help", "texts"], write, signal);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

function helpSection([heading, entries]) {
  const rows = entries.flatMap(([term, meaning]) => [element("dt", {}, term), element("dd", {}, meaning)]);
  return [element("h2", {}, heading), element("dl", {}, ...rows)];
}
