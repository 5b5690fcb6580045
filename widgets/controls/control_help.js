// The "?" beside a control: pressed, it says what the control means and what to try with it.

import { element } from "../board/element.js";

const WIDTH_EM = 22; // as in control_help.css
const ROOM_PX = 160; // below a button for the words, or they stand above it

export class Explainer {
  constructor(root, signal) {
    this.words = "";
    this.note = element("div", { class: "dl-explained", popover: "auto", role: "status" });
    this.note.addEventListener("toggle", ({ newState }) => this.say(newState === "open"));
    root.append(this.note);
    signal.addEventListener("abort", () => this.note.remove());
  }

  /** Puts the button into a control's box, behind its name if that can be seen. */
  explain(box, words, name) {
    const place = box.querySelector(".widget-label:not([style*='none'])") ?? box;
    const button = box.querySelector(".dl-explain") ?? this.makeButton();
    if (button.parentElement !== place) place.append(button); // ipywidgets wrote the name anew
    if (button.dataset.words !== words) button.dataset.words = words;
    if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }

  makeButton() {
    const button = element("button", { type: "button", class: "dl-explain", onclick: () => this.ask(button) }, "?");
    button.popoverTargetElement = this.note;
    return button;
  }

  /** Called before the browser opens or closes the note for this button. */
  ask(button) {
    this.words = button.dataset.words;
    const { left, top, bottom } = button.getBoundingClientRect();
    const width = WIDTH_EM * Number.parseFloat(getComputedStyle(this.note).fontSize);
    const isBelow = bottom + ROOM_PX < innerHeight;
    Object.assign(this.note.style, {
      left: `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`,
      top: isBelow ? `${bottom + 6}px` : "auto",
      bottom: isBelow ? "auto" : `${innerHeight - top + 6}px`,
    });
  }

  /** The words come when the note is there: then a screen reader says them. */
  say(isOpen) {
    this.note.textContent = isOpen ? this.words : "";
  }
}
