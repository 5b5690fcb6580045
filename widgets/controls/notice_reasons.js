// The reasons of the verdict: open by themselves where something went wrong or has to be waited for, and there is no
// room for them in the bar. They lie over the charts then, let clicks through, and go with the next one.

import { closeByEscape } from "./escape.js";
import { whenThere } from "./page.js";

/** Opens the notice's reasons for a new notice that a person must read, and closes them for any other. A button calls
 * `dismiss` and closes them too. */
export function keepReasons(root, dismiss, signal) {
  let shown = "";
  const look = () => {
    const notice = root.querySelector(".dl-notice");
    if (!notice) return;
    const { level, waiting } = notice.dataset;
    const title = notice.querySelector(".dl-notice-title").textContent;
    const now = [level, waiting, title].join("|");
    if (now === shown) return;
    shown = now;
    const details = notice.querySelector("details");
    details.open = false; // the brief can be measured
    const isCut = isLongerThanItsPlace(notice.querySelector(".dl-notice-brief"));
    details.open = waiting === "true" || (level === "danger" && isCut);
    details.classList.toggle("dl-by-itself", details.open);
  };
  const goOn = ({ target }) => {
    const details = root.querySelector(".dl-notice details.dl-by-itself[open]");
    if (!details || details.contains(target) || details.closest("[data-waiting=true]")) return;
    details.open = false;
  };
  const forget = ({ target }) => target.open || target.classList.remove("dl-by-itself");
  root.addEventListener("pointerdown", goOn, { signal, capture: true });
  root.addEventListener("toggle", forget, { signal, capture: true });
  const observer = new MutationObserver(look);
  whenThere(root, [".dl-told"], signal).then(([place]) => {
    observer.observe(place, { childList: true, subtree: true, attributeFilter: ["data-level", "data-waiting"] });
    look();
  });
  signal.addEventListener("abort", () => observer.disconnect());
  const close = () => {
    const details = root.querySelector(".dl-notice details[open]");
    if (details) details.open = false;
    return details !== null;
  };
  closeByEscape(root, "reasons", close, signal);
  const press = ({ target }) => {
    const notice = target.closest?.(".dl-dismiss")?.closest(".dl-notice");
    if (!notice) return;
    notice.querySelector("details").open = false;
    dismiss();
  };
  root.addEventListener("click", press, { signal });
}

function isLongerThanItsPlace(element) {
  return element.scrollWidth > element.clientWidth;
}
