// The room that one row of charts has on the screen between bar and formula, as --dl-room of the page; the height of
// what a phone has at its lower edge, as --dl-hands; and of what lies over a scrolled page, as --dl-over and --dl-under.

import { whenThere } from "./page.js";

const AROUND = [".dl-header", ".dl-bar", ".dl-formula"];
const HANDS = ".dl-hands"; // has no box of its own but on a phone, where it is the bar that has none
const TOLD = ".dl-told";

/** Keeps --dl-room, in pixels, at what the window or JupyterLab's panel leaves of its height. */
export function keepRoom(root, signal) {
  const measure = () => {
    const panel = root.hasAttribute("popover") ? null : root.closest(".jp-WindowedPanel-outer");
    const screen = panel?.clientHeight ?? innerHeight;
    const taken = AROUND.map((part) => root.querySelector(part)?.offsetHeight ?? 0);
    const gaps = 3 * Number.parseFloat(getComputedStyle(root).getPropertyValue("--dl-gap"));
    root.style.setProperty("--dl-room", `${Math.floor(screen - gaps - taken.reduce((sum, one) => sum + one))}px`);
    const [header, bar, formula, hands, told] = [...AROUND, HANDS, TOLD].map((part) => root.querySelector(part));
    const height = (part) => part?.offsetHeight ?? 0;
    const isSticky = (part) => part && getComputedStyle(part).position === "sticky";
    const over = Math.max(0, ...[header, bar, told].filter(isSticky).map(height));
    root.style.setProperty("--dl-hands", `${height(hands)}px`);
    root.style.setProperty("--dl-over", `${over}px`);
    root.style.setProperty("--dl-under", `${height(hands) + (isSticky(formula) ? height(formula) : 0)}px`);
  };
  const sizes = new ResizeObserver(measure);
  whenThere(root, [...AROUND, HANDS, TOLD], signal).then((parts) => [root, ...parts].forEach((part) => sizes.observe(part)));
  addEventListener("resize", measure, { signal });
  signal.addEventListener("abort", () => sizes.disconnect());
}
