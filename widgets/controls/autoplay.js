// Autoplay: a link can have the page play by itself, once it stands, and only once.
//
// The address bar says no longer that the page plays by itself once it has: whoever reloads it before a class, or finds
// it among the tabs of the day before, wants the page and not another run. The link that was opened still says it.

import { setView, viewSetting } from "./view_settings.js";

const LOOK_MS = 200;

/** Presses Play when the first charts are drawn, if the link asks for it and no run `isBack` that was there before. */
export function playWhenItStands(root, isBack, signal) {
  if (viewSetting(root, "autoplay") !== "on") return;
  const forget = () => setView(root, "autoplay", undefined, false);
  if (isBack) return forget();
  const isDrawn = (chart) => Number(chart.dataset.frames) > 0;
  const look = setInterval(() => {
    const button = root.querySelector(".dl-play");
    const stands = button && [...root.querySelectorAll(".dl-chart")].some(isDrawn);
    if (!stands && !signal.aborted) return;
    clearInterval(look);
    if (stands && !button.classList.contains("dl-playing")) button.click();
    if (stands) forget();
  }, LOOK_MS);
}
