// The axes of a chart: they follow the run until a person zooms or pans, and again after a double click.
//
// Plotly.update would take a person's range away with every new one.

const FOLLOWING = ["range", "dtick"]; // of an axis that a person has moved, these stay

export class FollowedAxes {
  constructor() {
    this.wanted = {}; // axis -> the range in which it follows the run
  }

  /** The part of a layout update that a person has not decided for themselves; an axis of something else is new. */
  admit(chart, layout) {
    const held = this.held(chart).filter((axis) => !isOfSomethingElse(chart, layout, axis));
    for (const [path, value] of Object.entries(layout)) {
      const [axis, attribute] = path.split(".");
      if (attribute === "range") this.want(chart, axis, value);
    }
    const isHeld = ([path]) => held.some((axis) => FOLLOWING.some((attribute) => path === `${axis}.${attribute}`));
    return Object.fromEntries(Object.entries(layout).filter((entry) => !isHeld(entry)));
  }

  /** `layout` as it is drawn anew: what a person has moved stays. Call `wantAll` when it is drawn. */
  keep(chart, layout) {
    const kept = { ...layout };
    for (const axis of this.held(chart)) {
      const { range, dtick } = chart.layout[axis];
      kept[axis] = { ...layout[axis], range, ...(dtick === undefined ? {} : { dtick }) };
    }
    return kept;
  }

  /** Takes the ranges of `layout` for those in which the axes follow the run. */
  wantAll(chart, layout) {
    for (const [name, axis] of Object.entries(layout)) if (axis?.range) this.want(chart, name, axis.range);
  }

  /** The attributes of `layout` that are due on axes which a person has just given back. */
  returned(chart, layout) {
    const due = {};
    const held = this.held(chart);
    for (const axis of Object.keys(this.wanted).filter((name) => !held.includes(name))) {
      const dtick = layout[axis]?.dtick ?? null; // none is null here and nothing there
      if (dtick === (chart.layout[axis].dtick ?? null)) continue;
      due[`${axis}.dtick`] = dtick;
      due[`${axis}.tickmode`] = dtick === null ? "auto" : "linear";
    }
    return due;
  }

  /** What has Plotly choose the ticks of axes that a person has just moved: between those of the run may be no label. */
  freed(chart) {
    const moved = this.held(chart).filter((axis) => (chart.layout[axis].dtick ?? null) !== null);
    return Object.fromEntries(moved.flatMap((axis) => [[`${axis}.dtick`, null], [`${axis}.tickmode`, "auto"]]));
  }

  /** The axes that a person has moved. */
  held(chart) {
    return Object.keys(this.wanted).filter((name) => {
      const axis = chart._fullLayout?.[name];
      return axis && !this.wanted[name].every((end, place) => axis.r2l(end) === axis.r2l(axis.range[place]));
    });
  }

  want(chart, name, range) {
    const axis = chart._fullLayout?.[name];
    if (!axis?.r2l) return; // of a scene in space
    this.wanted[name] = [...range];
    [axis._rangeInitial0, axis._rangeInitial1] = range; // a double click and the mode bar return to it
  }
}

/** Plotly's uirevision of an axis says for how long a person's range means anything. */
function isOfSomethingElse(chart, layout, axis) {
  const named = layout[`${axis}.uirevision`];
  return named !== undefined && named !== chart.layout[axis].uirevision;
}
