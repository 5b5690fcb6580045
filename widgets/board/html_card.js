// A card of HTML instead of a figure; frames fill its slots.

import { Card } from "./card.js";
import { fillSlots } from "./slots.js";

export class HtmlCard extends Card {
  constructor(model, spec) {
    super(model, spec);
    this.chart.classList.add("dl-chart-html");
    this.chart.innerHTML = spec.html; // of the kernel's own code, with every text in it escaped
    this.isPlotted = true;
    this.isPressed = false;
  }

  show({ slots }) {
    fillSlots(this.chart, slots);
  }

  say() {}
  plot() {}
  fit() {}
  translatePlotly() {}

  dispose() {
    clearTimeout(this.resting);
    this.card.remove();
  }
}
