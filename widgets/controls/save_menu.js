// The menu of files that a person can take away. The kernel makes them and sends each as it is done; a picture of the
// page is made here.

import { element } from "../board/element.js";
import { offerFile } from "../board/offer_file.js";
import { follow } from "./page.js";
import { pagePicture } from "./page_picture.js";

const NOT_MADE_MS = 4000; // that a word of it stands on the menu

/** The menu; what it offers are a picture of what is inside `root` and the kernel's `files`, as [ending, words]. */
export function saveMenu(root, model, signal) {
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
  const takePicture = async () => {
    close();
    menu.setAttribute("aria-busy", "true");
    try {
      offerFile("descent-lab.png", await pagePicture(root));
    } catch (error) {
      console.warn("Descent Lab: the page could not be made a picture.", error);
      summary.textContent = model.get("texts").no_picture;
      setTimeout(write, NOT_MADE_MS);
    }
    menu.removeAttribute("aria-busy");
  };
  const write = () => {
    const { save, picture } = model.get("texts");
    summary.textContent = save;
    const files = model.get("files").map(([ending, words]) => button(words, () => ask(ending)));
    choices.replaceChildren(...files, button(picture, takePicture));
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
