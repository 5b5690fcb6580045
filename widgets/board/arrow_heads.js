// Heads of arrows in a size that suits their length.
//
// Plotly draws heads in one size, however short the arrow is: a short one would be all head. It is drawn smaller as a
// whole, from what Plotly has drawn, so that neither a zoom nor a card of another size changes that.

const MOST_HEAD = 0.6; // of its arrow
const HEAD_PX = 0.95; // length of Plotly's head at a size of 1

/** Fits every arrow of a chart that has just been drawn. */
export function fitArrows(chart) {
  const { xaxis, yaxis } = chart._fullLayout ?? {};
  for (const points of chart.calcdata ?? []) {
    const trace = points[0]?.trace;
    if (trace?.marker?.symbol !== "arrow" || trace.visible !== true || points.length < 2) continue;
    const [tail, tip] = [points.at(-2), points.at(-1)];
    const length = Math.hypot(xaxis.c2p(tip.x) - xaxis.c2p(tail.x), yaxis.c2p(tip.y) - yaxis.c2p(tail.y));
    if (Number.isFinite(length)) drawArrow(chart.querySelector(`.trace${trace.uid}`), trace, length);
  }
}

function drawArrow(group, { marker, line }, length) {
  const head = HEAD_PX * [marker.size].flat().at(-1);
  const scale = Math.min(1, (MOST_HEAD * length) / head);
  const shaft = group?.querySelector(".js-line");
  const tip = group?.querySelector(".points path:last-of-type");
  if (shaft) shaft.style.strokeWidth = `${scale * line.width}px`;
  tip?.setAttribute("transform", `${pointOf(tip)}scale(${scale})`); // about its end, which is where it points to
}

const pointOf = (tip) => (tip.getAttribute("transform") ?? "").replace(/scale\(.*\)/, "");
