// The room that one row of charts has on the screen between bar and formula, as --dl-room of the page; and the height of
// what a phone has at its lower edge, as --dl-hands.

import { whenThere } from "./page.js";

const AROUND = [".dl-header", ".dl-bar", ".dl-formula"];
const HANDS = ".dl-hands"; // has no box of its own but on a phone

/** Keeps --dl-room, in pixels, at what the window or JupyterLab's panel leaves of its height. */
export function keepRoom(root, signal) {
  const measure = () => {
    const panel = root.hasAttribute("popover") ? null : root.closest(".jp-WindowedPanel-outer");
    const height = panel?.clientHeight ?? innerHeight;
    const taken = AROUND.map((part) => root.querySelector(part)?.offsetHeight ?? 0);
    const gaps = 3 * Number.parseFloat(getComputedStyle(root).getPropertyValue("--dl-gap"));
    root.style.setProperty("--dl-room", `${Math.floor(height - gaps - taken.reduce((sum, one) => sum + one))}px`);
    root.style.setProperty("--dl-hands", `${root.querySelector(HANDS)?.offsetHeight ?? 0}px`);
  };
  const sizes = new ResizeObserver(measure);
  whenThere(root, [...AROUND, HANDS], signal).then((parts) => [root, ...parts].forEach((part) => sizes.observe(part)));
  addEventListener("resize", measure, { signal });
  signal.addEventListener("abort", () => sizes.disconnect());
}
