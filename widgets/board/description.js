// The description of a chart in words, for whoever cannot see it: what it shows, its note, and the course of each line.

const SAME = 0.01; // of a line's own span: ends closer than this are level
const MOST_LINES = 8;

/** Returns the sentences on a drawn chart; `texts` are those of the board. */
export function describe({ shows, note, traces, texts }) {
  const lines = traces.filter(isLine).slice(0, MOST_LINES);
  return [shows, note && `${note}.`, ...lines.map((line) => course(line, texts))].filter(Boolean).join(" ");
}

/** A line with a name along an axis that counts. */
function isLine({ type, mode, name, visible, y }) {
  return type === "scatter" && mode?.includes("lines") && name && (visible ?? true) === true && y?.length > 1;
}

function course({ name, y }, texts) {
  const values = Array.from(y).filter(Number.isFinite);
  if (!values.length) return "";
  const [first, last] = [values[0], values.at(-1)];
  const [low, high] = [extreme(values, Math.min), extreme(values, Math.max)];
  const turn = Math.abs(last - first) <= SAME * (high - low) ? "level" : last < first ? "fell" : "rose";
  const words = { line: name, first: shortNumber(first), last: shortNumber(last), low: shortNumber(low), high: shortNumber(high) };
  return texts[turn].replace(/\{(\w+)\}/g, (_, place) => words[place]);
}

const extreme = (values, of) => values.reduce((one, other) => of(one, other));
const shortNumber = (value) => String(Number(value.toPrecision(4))).replace("-", "−");
