// The language: marked on the page, and one button for each other one.

import { element } from "../board/element.js";
import { follow, inVoila } from "./page.js";

/** Marks what language the page is in, for screen readers, hyphenation and the choice of fonts. */
export function keepLanguage(root, model, signal) {
  const mark = () => {
    root.lang = model.get("language");
    if (inVoila()) document.documentElement.lang = root.lang; // JupyterLab's own words are in its own language
  };
  follow(model, ["language"], mark, signal);
}

/** One button for each other language, called by its own name. */
export function languageSwitch(model, signal) {
  const group = element("div", { class: "dl-languages", role: "group" });
  const offer = () => {
    group.setAttribute("aria-label", model.get("texts").languages);
    const others = model.get("languages").filter(([tag]) => tag !== model.get("language"));
    group.replaceChildren(...others.map(([tag, name]) => languageButton(model, tag, name)));
  };
  follow(model, ["languages", "language", "texts"], offer, signal);
  return group;
}

function languageButton(model, tag, name) {
  const choose = () => model.send({ kind: "language", language: tag });
  return element("button", { type: "button", lang: tag, onclick: choose }, name);
}
