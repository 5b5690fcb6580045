// The tab of the page that is open.

import { viewSetting } from "./view_settings.js";

export const openTab = (root) => (viewSetting(root, "tab") === "compare" ? "compare" : "train");
