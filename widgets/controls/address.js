// The address of the page: its link, and the address bar, which follows the settings.

import { follow, inVoila, openedWith } from "./page.js";
import { openTab, tabSetting } from "./open_tab.js";
import { allViewSettings, withView } from "./view_settings.js";

const WRITE_MS = 300; // a dragged slider passes many values; Safari takes 100 addresses in half a minute

/** The URL that opens the page with the settings it has now, and with what it looks like if that is `asked` for. */
export function linkOf(model, root, asked = false) {
  const query = withView(model.get("query"), asked ? allViewSettings(root) : {});
  return location.origin + location.pathname + (query ? `?${query}` : "");
}

/** The same as an address: also with what the page was opened with that is no setting of a run. */
export function addressOf(model, root) {
  const address = new URL(linkOf(model, root, new URLSearchParams(openedWith()).has("view") || tabSetting(openTab(root, model), model) !== undefined));
  for (const [name, value] of new URLSearchParams(model.get("address_only"))) address.searchParams.append(name, value);
  const ours = [...model.get("link_keys"), "view", "runs"];
  for (const [name, value] of new URLSearchParams(openedWith())) {
    if (!ours.includes(name)) address.searchParams.append(name, value);
  }
  return address.href;
}

/** Keeps the address bar at that, so that reload, Back and bookmarks come back to this page; JupyterLab has its own. */
export function keepAddress(root, model, signal) {
  let waiting;
  const write = () => {
    clearTimeout(waiting);
    waiting = undefined;
    const isAlone = document.querySelectorAll(".dl-root").length === 1; // else whose address would it be?
    if (isAlone && location.href !== addressOf(model, root)) history.replaceState(history.state, "", addressOf(model, root));
  };
  const writeSoon = () => {
    if (model.get("greeted")) waiting ??= setTimeout(write, WRITE_MS); // until then the kernel has not read the link
  };
  if (!inVoila()) return;
  follow(model, ["query", "address_only", "greeted"], writeSoon, signal);
  root.addEventListener("dl-view", writeSoon, { signal });
  addEventListener("beforeunload", () => waiting && write(), { signal });
}

/** A link that also says by which versions its run is trained. */
export function withVersions(link, model) {
  return link + (link.includes("?") ? "&" : "?") + model.get("versions");
}
