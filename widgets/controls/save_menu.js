// The menu of files that a person can take away. The kernel makes them and sends each as it is done.

import { element } from "../board/element.js";
import { offerFile } from "../board/offer_file.js";
import { follow } from "./page.js";

/** The menu; what it offers are the kernel's `files`, as [ending, words]. */
export function saveMenu(model, signal) {
  const summary = element("summary", {});
  const choices = element("div", {});
  const menu = element("details", { class: "dl-save" }, summary, choices);
  const close = () => (menu.open = false);
  menu.addEventListener("focusout", ({ relatedTarget }) => menu.contains(relatedTarget) || close());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    close();
    summary.focus();
  });
  const ask = (ending) => {
    close();
    menu.setAttribute("aria-busy", "true");
    model.send({ kind: "save", ending });
  };
  const write = () => {
    summary.textContent = model.get("texts").save;
    choices.replaceChildren(...model.get("files").map(([ending, words]) => button(words, () => ask(ending))));
  };
  follow(model, ["files", "texts"], write, signal);
  const take = (message, buffers) => {
    if (message.kind === "saved" || message.kind === "not_saved") menu.removeAttribute("aria-busy");
    if (message.kind === "saved") offerFile(message.name, buffers[0]);
  };
  model.on("msg:custom", take);
  signal.addEventListener("abort", () => model.off("msg:custom", take));
  return menu;
}

function button(words, onclick) {
  return element("button", { type: "button", onclick }, words);
}
