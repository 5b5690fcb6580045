// Accessible names of the controls, which ipywidgets gives only in part.

import { follow } from "./page.js";

function nameInside(box, name, texts) {
  if (box.matches("summary") && box.textContent !== name) box.textContent = name;
  const slider = box.querySelector("[role=slider]");
  slider?.setAttribute("aria-label", name);
  if (slider) speakPower(slider);
  const text = box.querySelector("input[type=text]");
  text?.setAttribute("aria-label", slider ? texts.exact.replace("{name}", () => name) : name);
  box.querySelector("select")?.setAttribute("aria-label", name);
  box.querySelector(".widget-readout")?.setAttribute("aria-hidden", "true");
  if (!box.matches("button")) return;
  box.setAttribute("aria-label", box.classList.contains("dl-playing") ? texts.pause : name);
}

const SPOKEN = "\u00a0"; // ends the texts written here, which tells them from noUiSlider's own

/** A log slider would speak its exponent; what it means is the power of ten. */
function speakPower(handle) {
  const exponent = handle.getAttribute("aria-valuetext");
  if (!handle.closest(".dl-log") || !exponent || exponent.endsWith(SPOKEN)) return;
  const power = Number((10 ** Number(exponent)).toPrecision(3));
  handle.setAttribute("aria-valuetext", `${power}${SPOKEN}`);
}

/** Keeps the controls named as the trait `labels` says, by their CSS classes. */
export function keepNames(root, model, signal) {
  const nameAll = () => {
    const texts = model.get("texts");
    for (const [cssClass, name] of Object.entries(model.get("labels"))) {
      for (const box of root.getElementsByClassName(cssClass)) nameInside(box, name, texts);
    }
  };
  // Only what holds controls is watched: charts change all the time. Slots change with each frame.
  const observer = new MutationObserver((records) => {
    if (records.some((record) => !record.target.closest("[data-dl-slot]"))) nameAll();
  });
  const options = {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["class", "aria-valuetext"],
  };
  const watch = () => {
    const places = root.querySelectorAll(".dl-controls, .dl-bar");
    places.forEach((place) => observer.observe(place, options));
    nameAll();
    return places.length >= 2;
  };
  // Views appear one by one; once both places are there their own changes are enough.
  const look = setInterval(() => watch() && clearInterval(look), 100);
  follow(model, ["labels", "texts"], nameAll, signal);
  signal.addEventListener("abort", () => {
    clearInterval(look);
    observer.disconnect();
  });
}
