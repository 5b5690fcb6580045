// The reasons of the verdict: open by themselves where something went wrong or has to be waited for.

import { whenThere } from "./page.js";

/** Opens the notice's reasons for a new notice that a person must read, and closes them for any other. */
export function keepReasons(root, signal) {
  let shown = "";
  const look = () => {
    const notice = root.querySelector(".dl-notice");
    if (!notice) return;
    const { level, waiting } = notice.dataset;
    const title = notice.querySelector(".dl-notice-title").textContent;
    const now = [level, waiting, title].join("|");
    if (now === shown) return;
    shown = now;
    notice.querySelector("details").open = level === "danger" || waiting === "true";
  };
  const observer = new MutationObserver(look);
  whenThere(root, [".dl-told"], signal).then(([place]) => {
    observer.observe(place, { childList: true, subtree: true, attributeFilter: ["data-level", "data-waiting"] });
    look();
  });
  signal.addEventListener("abort", () => observer.disconnect());
  const close = (event) => {
    const details = root.querySelector(".dl-notice details[open]");
    if (event.key !== "Escape" || event.defaultPrevented || !details) return;
    details.open = false;
    event.preventDefault();
  };
  root.addEventListener("keydown", close, { signal });
}
