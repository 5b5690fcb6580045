// Autoplay: a link can have the page play by itself, once it stands.

import { viewSetting } from "./view_settings.js";

const LOOK_MS = 200;

/** Presses Play when the first charts are drawn, if the link asks for it. */
export function playWhenItStands(root, signal) {
  if (viewSetting(root, "autoplay") !== "on") return;
  const isDrawn = (chart) => Number(chart.dataset.frames) > 0;
  const look = setInterval(() => {
    const button = root.querySelector(".dl-play");
    const stands = button && [...root.querySelectorAll(".dl-chart")].some(isDrawn);
    if (!stands && !signal.aborted) return;
    clearInterval(look);
    if (stands && !button.classList.contains("dl-playing")) button.click();
  }, LOOK_MS);
}
