// The link for a lecture: the page as it is in a room, which plays by itself.

import { linkOf } from "./address.js";
import { inVoila } from "./page.js";
import { allViewSettings, viewSetting, withView } from "./view_settings.js";

/** True if the page is shown to a room. */
export const isPresented = (root) => viewSetting(root, "projector") === "on";

/** The page's link with its looks; shown to a room, also with its theme, its speed and Play pressed. */
export function linkWithView(model, root) {
  if (!isPresented(root)) return linkOf(model, root, true);
  const stage = inVoila() ? {} : { full: "on" }; // a cell has no room for it
  const presented = { theme: root.dataset.theme, controls: "folded", ...stage, speed: model.get("speed"), autoplay: "on" };
  const query = withView(model.get("query"), { ...allViewSettings(root), ...presented });
  return `${location.origin}${location.pathname}?${query}`;
}
