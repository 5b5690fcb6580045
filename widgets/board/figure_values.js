// What is inside a figure: arrays from the kernel's buffers, attributes by their paths, colours of the theme.

const LEAST_PX = 14; // of any text in projector mode
const DTYPES = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** Puts the arrays in place that encoding.py left as buffers, or as runs of equal texts. */
export function decode(value, buffers, first = 0) {
  if (Array.isArray(value)) return value.map((item) => decode(item, buffers, first));
  if (value === null || typeof value !== "object") return value;
  if ("$repeat" in value) return value.$repeat.flatMap(([text, count]) => new Array(count).fill(text));
  if ("$buffer" in value) return decodeArray(value, buffers[first + value.$buffer]);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, decode(item, buffers, first)]));
}

function decodeArray({ dtype, shape }, view) {
  // A copy, since a typed array must start at a multiple of its item size and a message's part need not.
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const flat = new DTYPES[dtype](bytes);
  if (shape.length !== 2) return flat;
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, row) => flat.subarray(row * columns, (row + 1) * columns));
}

/** Sets attributes of a trace or a layout by Plotly's paths: {"line.color": …, "annotations[0].x": …}. */
export function setPaths(target, update) {
  for (const [path, value] of Object.entries(update)) setPath(target, path, value);
}

function setPath(target, path, value) {
  const keys = path.replace(/\[(\d+)\]/g, ".$1").split(".");
  const last = keys.pop();
  for (const [index, key] of keys.entries()) {
    target[key] ??= /^\d+$/.test(keys[index + 1] ?? last) ? [] : {};
    target = target[key];
  }
  target[last] = value;
}

/** Replaces "var(--name)" in every text of a figure by the colour that the page's theme gives it. */
export function resolveColours(value, style) {
  const known = {}; // the browser is asked for each colour once: asking may make it style the page anew
  const colour = (_, name) => (known[name] ??= style.getPropertyValue(name).trim() || "#888888");
  const resolved = (item) => {
    if (typeof item === "string") return item.includes("var(--") ? item.replace(/var\((--[\w-]+)\)/g, colour) : item;
    if (item === null || typeof item !== "object" || ArrayBuffer.isView(item)) return item;
    if (Array.isArray(item)) return item.map(resolved);
    return Object.fromEntries(Object.entries(item).map(([name, part]) => [name, resolved(part)]));
  };
  return resolved(value);
}

/** Makes every font of a figure's part, or of its update by paths, `scale` times as large, and the margins with them. */
export function scaleTexts(value, scale, path = "") {
  if (scale === 1) return value;
  if (typeof value === "number") {
    if (/font\.size$/i.test(path)) return Math.max(LEAST_PX, value * scale);
    return /(^|\.)margin\.[lrtb]$/.test(path) ? value * scale : value;
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => (isPart(item) ? scaleTexts(item, scale, path) : item));
  const scaled = ([name, part]) => [name, scaleTexts(part, scale, path ? `${path}.${name}` : name)];
  return Object.fromEntries(Object.entries(value).map(scaled));
}

const isPart = (item) => item !== null && typeof item === "object" && !Array.isArray(item) && !ArrayBuffer.isView(item);
