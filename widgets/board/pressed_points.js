// Points of a chart that can be pressed: each has a whole number in the customdata of its trace. A trace of too many
// points for that says so in its meta, and a point's number is that of its trace and its own among the trace's.

import { lineAt } from "./parallel_lines.js";

const PRESS_SLOP_PX = 4; // a press that goes further drags: it zooms, or chooses a part of an axis
const BY_PLACE = "by-place"; // see pressing.py
const PLACES = 2 ** 24; // points of a trace at most
const LINES = ".gl-canvas-pick"; // lies over the lines of parallel coordinates, of which Plotly tells no click

/** Calls `press(number)` for a press on a point, a bar, a cell of a heat map or a line of parallel coordinates. */
export function keepPresses(chart, press) {
  const tell = (number) => Number.isInteger(number) && press(number);
  chart.on("plotly_click", ({ points: [point] }) => point && tell(numberOf(point)));
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

function numberOf({ data, customdata, curveNumber, pointNumber }) {
  return data.meta === BY_PLACE ? curveNumber * PLACES + pointNumber : customdata;
}
