// The tab of the page that is open.

import { viewSetting } from "./view_settings.js";

/** Its name: what the page was asked to look like, if there is such a tab; else the first. */
export function openTab(root, model) {
  const names = tabNames(model);
  const asked = viewSetting(root, "tab");
  return names.includes(asked) ? asked : names[0];
}

/** The names of all tabs, that of the page itself first; none where the page has one part. */
export const tabNames = (model) => model.get("tabs").map(([name]) => name);

/** The view setting that opens a tab; the first needs none. */
export const tabSetting = (name, model) => (name === tabNames(model)[0] ? undefined : name);
