// The fast path of a frame: new data of lines, points and heat maps, drawn on Plotly's own elements by Plotly's own
// trace modules.
//
// Plotly.update of a chart works out defaults, margins, axes and legend anew, which takes ten times as long as the
// line itself. None of it depends on the data where ranges are set; so the modules' `calc` and `plot` are all that is
// left. What they and a later full update need to know (gd.data, gd._fullData, gd.calcdata) is kept in step.

const SCATTER_DATA = new Set(["x", "y", "text", "customdata"]);
const HEATMAP_DATA = new Set(["z", "customdata"]);
const NO_TRANSITION = { duration: 0 }; // tells the module that these are not all traces of the chart
const SIMPLE_AXES = new Set(["linear", "log", "date"]); // a category axis collects its categories from all traces

/** Draws new attributes of traces, {index: {attribute: value}}, and returns true; or false, and changes nothing. */
export function fastUpdate(chart, traces) {
  const changes = Object.entries(traces).map(([index, attributes]) => change(chart, Number(index), attributes));
  if (chart._fullLayout?._replotting || changes.includes(null)) return false;
  const drawn = changes.filter((one) => one.isDrawn);
  for (const one of changes) store(one);
  for (const one of drawn) calculate(chart, one);
  for (const one of drawn) plot(chart, one);
  if (drawn.length) chart._fullLayout._rehover?.(); // a label that is shown says what is under the pointer now
  return true;
}

/** What is to be done to one trace; null if only a full update can do it. */
function change(chart, index, attributes) {
  const [input, full] = [chart.data?.[index], chart._fullData?.[index]];
  const names = DATA_OF[full?.type];
  if (!names || full.index !== index || !Object.keys(attributes).every((name) => names.has(name))) return null;
  if (input.visible === false || input.visible === "legendonly") return { input, full, attributes, isDrawn: false };
  return full.visible === true && canPlot(chart, full, attributes) ? { input, full, attributes, isDrawn: true } : null;
}

const DATA_OF = { scatter: SCATTER_DATA, heatmap: HEATMAP_DATA };

function canPlot(chart, full, attributes) {
  const plots = chart._fullLayout._plots?.[full.xaxis + full.yaxis];
  const { calc, plot } = full._module ?? {};
  if (!plots?.plot || !calc || !plot || layerOf(plots, full).empty()) return false;
  if (!SIMPLE_AXES.has(plots.xaxis.type) || !SIMPLE_AXES.has(plots.yaxis.type)) return false;
  return full.type === "heatmap" ? isAlone(chart, full) && fits(full, attributes) : isPlain(chart, full, attributes);
}

/** True for a line that no other one is drawn from, with points before and after. */
function isPlain(chart, full, { x = full.x, y = full.y }) {
  const isThinned = (trace) => trace.marker?.maxdisplayed > 0;
  const isAmongThinned = isThinned(full) && chart._fullData.filter(isThinned).length > 1; // they take turns
  const isFilled = full.fill && full.fill !== "none" && full.fill !== "toself";
  return x?.length > 0 && y?.length > 0 && !isFilled && !full.stackgroup && !isAmongThinned;
}

/** The module draws all heat maps of a chart, and takes those away that it is not given. */
function isAlone(chart, full) {
  return chart._fullData.every((trace) => trace === full || trace.type !== full.type);
}

/** True if a heat map keeps its shape. */
function fits(full, { z = full.z }) {
  return z?.length > 0 && z.length === full.z?.length && z[0].length === full.z[0].length;
}

function layerOf(plots, { type }) {
  return plots.plot.select(`.${type}layer`);
}

function store({ input, full, attributes }) {
  Object.assign(input, attributes);
  Object.assign(full, attributes);
  if (full.type === "scatter") full._length = Math.min(full.x?.length ?? 0, full.y?.length ?? 0);
}

function calculate(chart, { full }) {
  const place = chart.calcdata.findIndex(([first]) => first.trace === full);
  const points = full._module.calc(chart, full);
  points[0].t ??= {};
  points[0].trace = full;
  chart.calcdata[place] = points;
}

function plot(chart, { full }) {
  const plots = chart._fullLayout._plots[full.xaxis + full.yaxis];
  const points = chart.calcdata.find(([first]) => first.trace === full);
  full._module.plot(chart, plots, [points], layerOf(plots, full), NO_TRANSITION);
}
