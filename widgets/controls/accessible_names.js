// Accessible names of the controls, which ipywidgets gives only in part.

import { Explainer } from "./control_help.js";
import { groupMenus } from "./menu_groups.js";
import { follow, inVoila } from "./page.js";

function nameInside(box, name, texts) {
  if (box.matches("summary") && box.textContent !== name) box.textContent = name;
  const slider = box.querySelector("[role=slider]");
  slider?.setAttribute("aria-label", name);
  if (slider) speakValue(slider);
  const text = box.querySelector("input[type=text]");
  text?.setAttribute("aria-label", slider ? texts.exact.replace("{name}", () => name) : name);
  box.querySelector("select")?.setAttribute("aria-label", name);
  box.querySelector(".widget-readout")?.setAttribute("aria-hidden", "true");
  if (!box.matches("button")) return;
  box.setAttribute("aria-label", box.classList.contains("dl-playing") ? texts.pause : name);
}

const SPOKEN = "\u00a0"; // ends the texts written here, which tells them from noUiSlider's own

/** noUiSlider would speak the number of an entry, a power's exponent, and a fraction with all digits of a float. */
function speakValue(handle) {
  const said = handle.getAttribute("aria-valuetext");
  const entry = handle.closest(".dl-speed")?.querySelector(".widget-readout").textContent;
  if (entry === undefined && (!said || said.endsWith(SPOKEN))) return;
  const number = () => (handle.closest(".dl-log") ? (10 ** Number(said)).toPrecision(3) : Number(said).toPrecision(6));
  const meant = `${entry ?? Number(number())}${SPOKEN}`;
  if (meant !== said) handle.setAttribute("aria-valuetext", meant);
}

/** The page is one landmark with two parts; in JupyterLab the notebook is what is main. */
function nameRegions(root, texts) {
  root.setAttribute("role", inVoila() ? "main" : "region");
  if (!inVoila()) root.setAttribute("aria-label", texts.title);
  for (const [cssClass, name] of [["dl-controls", texts.controls], ["dl-stage", texts.stage]]) {
    for (const part of root.getElementsByClassName(cssClass)) {
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", name);
    }
  }
}

/** Keeps the controls named as the trait `labels` says, by their CSS classes. */
export function keepNames(root, model, signal) {
  const explainer = new Explainer(root, signal);
  const nameAll = () => {
    const texts = model.get("texts");
    nameRegions(root, texts);
    groupMenus(root, model.get("groups"));
    const explanations = model.get("explanations");
    for (const [cssClass, name] of Object.entries(model.get("labels"))) {
      for (const box of root.getElementsByClassName(cssClass)) {
        nameInside(box, name, texts);
        if (explanations[cssClass])
          explainer.explain(box, explanations[cssClass], texts.about.replace("{name}", () => name));
      }
    }
  };
  // A language comes as a message for each of forty controls: they are named once, before the next picture.
  let naming;
  const nameSoon = () => {
    naming ??= requestAnimationFrame(() => {
      naming = undefined;
      nameAll();
    });
  };
  // Only what holds controls is watched: charts change all the time. Slots change with each frame.
  const observer = new MutationObserver((records) => {
    if (records.some((record) => !record.target.closest("[data-dl-slot]"))) nameSoon();
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
  follow(model, ["labels", "groups", "explanations", "texts"], nameAll, signal);
  signal.addEventListener("abort", () => {
    cancelAnimationFrame(naming);
    clearInterval(look);
    observer.disconnect();
  });
}
