// The scrubber: the bar of progress takes a run to any step that it has recorded. See header.py.

import { element } from "../board/element.js";
import { follow, whenThere } from "./page.js";

const ASK_MS = 120; // between two questions while the thumb is dragged; the first one leaves at once

/** Lays a slider over the bar of progress, which has the steps that were recorded; it is at hand while a run rests. */
export function keepScrubber(root, model, signal) {
  const slider = element("input", { type: "range", class: "dl-scrubber", min: "0", step: "1" });
  let waiting,
    asked = -ASK_MS;
  const ask = () => {
    [waiting, asked] = [undefined, performance.now()];
    model.send({ kind: "go", step: Number(slider.value) });
  };
  slider.addEventListener("input", () => {
    say();
    waiting ??= setTimeout(ask, asked + ASK_MS - performance.now());
  });
  slider.addEventListener("keydown", (event) => event.stopPropagation()); // arrows move the thumb, and make no steps
  const say = () => slider.setAttribute("aria-valuetext", model.get("texts").at_step.replace("{step}", slider.value));
  const write = () => {
    const { step, recorded, total } = model.get("recorded");
    slider.setAttribute("aria-label", model.get("texts").scrubber);
    slider.title = model.get("texts").scrubber;
    slider.disabled = !recorded;
    slider.max = String(Math.max(total ?? 0, 1));
    slider.style.setProperty("--dl-recorded", `${Math.min(100, (100 * (recorded ?? 0)) / Math.max(total ?? 0, 1))}%`);
    if (waiting === undefined) slider.value = String(step ?? 0);
    say();
  };
  whenThere(root, [".dl-progress-track"], signal).then(([track]) => {
    track.append(slider);
    signal.addEventListener("abort", () => slider.remove());
    follow(model, ["recorded", "texts"], write, signal);
  });
}
