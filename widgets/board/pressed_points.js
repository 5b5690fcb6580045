// Points of a chart that can be pressed: each has a whole number in the customdata of its trace.

import { lineAt } from "./parallel_lines.js";

const PRESS_SLOP_PX = 4; // a press that goes further drags: it zooms, or chooses a part of an axis
const LINES = ".gl-canvas-pick"; // lies over the lines of parallel coordinates, of which Plotly tells no click

/** Calls `press(number)` for a press on a point, a bar, a cell of a heat map or a line of parallel coordinates. */
export function keepPresses(chart, press) {
  const tell = (number) => Number.isInteger(number) && press(number);
  chart.on("plotly_click", ({ points }) => tell(points[0]?.customdata));
  let from;
  chart.addEventListener("pointerdown", (event) => (from = event), true);
  chart.addEventListener("pointerup", ({ target, clientX, clientY }) => {
    const isPress = from && Math.hypot(clientX - from.clientX, clientY - from.clientY) <= PRESS_SLOP_PX;
    from = undefined;
    if (isPress && target.matches(LINES)) tell(chart.data[0].customdata?.[lineAt(chart, clientX, clientY)]);
  }, true);
  chart.addEventListener("pointermove", ({ target, clientX, clientY }) => {
    if (target.matches(LINES)) target.style.cursor = lineAt(chart, clientX, clientY) === undefined ? "" : "pointer";
  });
}
