// The projector: larger type, for a room.

import { followView, setView, viewSetting } from "./view_settings.js";

/** Keeps the page large or not, as is chosen, and the button saying which. */
export function keepProjector(root, button, signal) {
  const isOn = () => viewSetting(root, "projector") === "on";
  const apply = () => {
    root.toggleAttribute("data-projector", isOn());
    button.setAttribute("aria-pressed", String(isOn()));
  };
  button.addEventListener("click", () => setView(root, "projector", isOn() ? undefined : "on"));
  followView(root, ["projector"], apply, signal);
}
