// The room that one row of charts has on the screen between bar and formula, as --dl-room of the page.

import { whenThere } from "./page.js";

const AROUND = [".dl-header", ".dl-bar", ".dl-formula"];

/** Keeps --dl-room, in pixels, at what the window or JupyterLab's panel leaves of its height. */
export function keepRoom(root, signal) {
  const measure = () => {
    const panel = root.hasAttribute("popover") ? null : root.closest(".jp-WindowedPanel-outer");
    const height = panel?.clientHeight ?? innerHeight;
    const taken = AROUND.map((part) => root.querySelector(part)?.offsetHeight ?? 0);
    const gaps = 3 * Number.parseFloat(getComputedStyle(root).getPropertyValue("--dl-gap"));
    root.style.setProperty("--dl-room", `${Math.floor(height - gaps - taken.reduce((sum, one) => sum + one))}px`);
  };
  const sizes = new ResizeObserver(measure);
  whenThere(root, AROUND, signal).then((parts) => [root, ...parts].forEach((part) => sizes.observe(part)));
  addEventListener("resize", measure, { signal });
  signal.addEventListener("abort", () => sizes.disconnect());
}
