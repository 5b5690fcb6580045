// A frame's changes in one figure: by the fast path where it can, else by Plotly.

import { fitArrows } from "./arrow_heads.js";
import { fastUpdate } from "./fast_update.js";

/** Changes traces, {index: {path: value}}, and layout, {path: value}, of a chart. */
export function updateFigure(Plotly, chart, traces, layoutUpdate) {
  const layout = Object.fromEntries(Object.entries(layoutUpdate).filter((entry) => !isSameType(chart, ...entry)));
  if (!Object.keys(layout).length && isDrawnFast(chart, traces)) return;
  const indices = Object.keys(traces);
  const restyle = {};
  for (const [position, index] of indices.entries()) {
    for (const [path, value] of Object.entries(traces[index])) {
      restyle[path] ??= new Array(indices.length).fill(undefined); // undefined leaves a trace as it is
      restyle[path][position] = value;
    }
  }
  Plotly.update(chart, restyle, layout, indices.map(Number));
}

/** Told an axis' type, even the one that it has, Plotly gives up its range; after a change of language it is told again. */
function isSameType(chart, path, value) {
  const [axis, attribute] = path.split(".");
  return attribute === "type" && chart._fullLayout?.[axis]?.type === value;
}

function isDrawnFast(chart, traces) {
  try {
    const isDrawn = fastUpdate(chart, traces);
    if (isDrawn) fitArrows(chart);
    return isDrawn;
  } catch (error) {
    console.warn("Descent Lab:", error); // where the inside of Plotly has changed, it draws as slowly as before
    return false;
  }
}
