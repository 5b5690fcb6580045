// The link to the present settings, copied.

import { element } from "../board/element.js";

/** Copies the link to the present settings, and says on the button whether that worked. */
export async function copyLink(model, button) {
  const query = model.get("query");
  const link = location.origin + location.pathname + (query ? `?${query}` : "");
  const copied = await copyText(link);
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
