/* The entries of a menu, kept as they are while nothing changes: an open menu closes when its entries are replaced. */

import { element } from "./element.js";

/** Fills `select` with [value, label] entries and chooses `chosen`, by default what was chosen before. */
export function options(select, entries, chosen = select.value) {
  const key = JSON.stringify(entries);
  if (select.dataset.entries !== key) {
    select.dataset.entries = key;
    select.replaceChildren(...entries.map(([value, label]) => element("option", { value }, label)));
  }
  if (entries.some(([value]) => value === chosen) && select.value !== chosen) select.value = chosen;
}
