// The link to the present settings.

import { element } from "../board/element.js";

/** The URL that opens the page with the settings it has now. */
export function linkOf(model) {
  const query = model.get("query");
  return location.origin + location.pathname + (query ? `?${query}` : "");
}

/** Copies that link, and says on the button whether that worked. */
export async function copyLink(model, button) {
  const copied = await copyText(linkOf(model));
  button.textContent = model.get("texts")[copied ? "copied" : "not_copied"];
  setTimeout(() => (button.textContent = model.get("texts").copy), 1500);
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
