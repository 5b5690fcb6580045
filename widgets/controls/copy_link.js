// Copying the link to the present settings.

import { element } from "../board/element.js";

const SAID_MS = 1500;

/** Copies the page's link, says on the button whether that worked, and has `write` write its text again. */
export async function copyLink(link, model, button, write) {
  const copied = await copyText(link);
  button.textContent = model.get("texts")[copied ? "copied" : "not_copied"];
  setTimeout(write, SAID_MS);
}

/** The clipboard API is there on https and localhost only, and may be refused: then the old way. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", { class: "dl-copied-text" });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
