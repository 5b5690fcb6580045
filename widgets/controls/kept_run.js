// The run that a page brings back when it is opened anew: kept in the tab's storage from the press on Reload until then.

import { addressOf } from "./address.js";
import { heldTable, holdTable } from "./held_table.js";
import { inVoila, openedWith } from "./page.js";
import { keepTable, takeTable } from "./table_storage.js";

const storageKey = () => `descent-lab.run ${location.pathname}`;

/** Keeps what the kernel last said of its run, the step that the page shows, and the table that was uploaded. */
export async function keepRun(model, root) {
  const saved = model.get("saved");
  if (!("changes" in saved)) return; // a person's own model, or a page that was never drawn
  const step = Number(root.querySelector("[data-kernel-step]")?.dataset.kernelStep ?? 0);
  const number = saved.table && (await keepTable(heldTable(root)));
  const table = saved.table && { ...saved.table, number };
  const kept = { ...saved, step, table, link: addressOf(model, root), query: model.get("query") };
  sessionStorage.setItem(storageKey(), JSON.stringify(kept));
}

/** What `keepRun` has kept, as a greeting to the kernel and its buffers; it is taken once. */
export async function takeRun(root) {
  const kept = takeFromTab();
  const opened = openedWith().slice(1, 4001);
  if (!kept) return [{ query: opened }, []];
  const { table, link, ...saved } = kept;
  const query = inVoila() ? opened : kept.query; // JupyterLab's address has no settings
  const bytes = table && (await takeTable(table.number));
  if (bytes) holdTable(root, bytes);
  return [{ query, saved, table }, bytes ? [bytes] : []];
}

/** A link that somebody else has sent is opened as it is, also in this tab. */
function takeFromTab() {
  try {
    const text = sessionStorage.getItem(storageKey());
    sessionStorage.removeItem(storageKey());
    const kept = JSON.parse(text);
    const isOfThisPage = !inVoila() || new URL(kept.link).href === location.href;
    return isOfThisPage && typeof kept.query === "string" ? kept : null;
  } catch {
    return null; // no storage, or nothing of ours in it
  }
}
