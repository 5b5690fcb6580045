// The speed in a link: where the page was opened with one, the address says the speed of now.

import { follow } from "./page.js";
import { setView, viewSetting } from "./view_settings.js";

/** Keeps the view setting `speed`, if the link has it, at what the slider says; the kernel has read the link before. */
export function keepLinkSpeed(root, model, signal) {
  const say = () => {
    const isAsked = model.get("greeted") && viewSetting(root, "speed") !== undefined;
    if (isAsked) setView(root, "speed", model.get("speed"), false);
  };
  follow(model, ["speed", "greeted"], say, signal);
}
