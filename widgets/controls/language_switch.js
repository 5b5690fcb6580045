// The language: marked on the page, and one button for each other one.

import { element } from "../board/element.js";
import { follow, inVoila, openedWith } from "./page.js";

const LONGEST_GREETING_MS = 5000; // then a page in another language is better than none

/** Hides a page that the kernel is about to write in another language, until it has been. */
export function awaitGreeting(root, model) {
  const wanted = new URLSearchParams(openedWith()).get("lang") ?? navigator.language ?? "";
  const base = wanted.split(/[-_]/)[0].toLowerCase();
  const offered = model.get("languages").some(([tag]) => tag === base);
  if (!offered || base === model.get("language") || model.get("greeted")) return;
  root.style.visibility = "hidden";
  const show = () => root.style.removeProperty("visibility");
  model.on("change:greeted", show);
  setTimeout(show, LONGEST_GREETING_MS);
}

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
