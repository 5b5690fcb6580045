// The lines of a chart of parallel coordinates: which of them is near a place.

const LINE_REACH_PX = 6; // a line is one pixel thick

/** The number of the line nearest to a place of the window, undefined if none is near; lines brushed away count not. */
export function lineAt(chart, x, y) {
  const axes = axesOf(chart);
  const right = axes.findIndex((axis) => axis.x >= x);
  if (right < 1) return undefined;
  const [from, to] = [axes[right - 1], axes[right]];
  const share = (x - from.x) / (to.x - from.x);
  let [nearest, reach] = [undefined, LINE_REACH_PX];
  for (const line of from.values.keys()) {
    const away = Math.abs(y - (1 - share) * from.place(line) - share * to.place(line));
    if (away <= reach && axes.every((axis) => axis.keeps(line))) [nearest, reach] = [line, away];
  }
  return nearest;
}

/** The axes from the left to the right, as a person has put them. */
function axesOf(chart) {
  const { dimensions } = chart._fullData[0];
  const axes = [...chart.querySelectorAll(".parcoords .y-axis")].map((axis) => {
    const { values, range, constraintrange } = dimensions[axis.__data__.visibleIndex];
    const { right, bottom, height } = axis.querySelector(".domain").getBoundingClientRect();
    const kept = [constraintrange ?? []].flat(Array.isArray(constraintrange?.[0]) ? 1 : 0).filter((part) => part.length);
    return {
      x: right,
      values,
      place: (line) => bottom - (height * (values[line] - range[0])) / (range[1] - range[0]),
      keeps: (line) => !kept.length || kept.some(([low, high]) => low <= values[line] && values[line] <= high),
    };
  });
  return axes.sort((one, other) => one.x - other.x);
}
