// The pen: lines drawn over the charts. D takes it up and puts it down, Esc clears what was drawn.

import { whenThere } from "./page.js";

const SHEET = '<svg class="dl-pen" aria-hidden="true"></svg>';
const PEN_KEYS = ["d", "D"];

/** Keeps a sheet over the charts, which takes the mouse while the pen is up. */
export function keepPen(root, onPlainKey, signal) {
  const { firstElementChild: sheet } = document.createRange().createContextualFragment(SHEET);
  whenThere(root, [".dl-stage"], signal).then(([stage]) => stage.append(sheet));
  onPlainKey(PEN_KEYS, () => root.toggleAttribute("data-pen"));
  onPlainKey(["Escape"], () => {
    if (!sheet.childElementCount && !root.hasAttribute("data-pen")) return false;
    sheet.replaceChildren();
    root.removeAttribute("data-pen");
    return true;
  });
  sheet.addEventListener("pointerdown", (down) => drawLine(sheet, down), { signal });
  signal.addEventListener("abort", () => sheet.remove());
}

/** A line from where the pen is put down to where it is lifted. */
function drawLine(sheet, down) {
  const line = document.createElementNS(sheet.namespaceURI, "polyline");
  const points = [];
  const add = ({ clientX, clientY }) => {
    const { left, top } = sheet.getBoundingClientRect();
    points.push(`${clientX - left},${clientY - top}`);
    line.setAttribute("points", points.join(" "));
  };
  add(down);
  sheet.append(line);
  sheet.setPointerCapture(down.pointerId);
  sheet.addEventListener("pointermove", add);
  const lift = () => sheet.removeEventListener("pointermove", add);
  sheet.addEventListener("lostpointercapture", lift, { once: true });
}
