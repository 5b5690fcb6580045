// The scale of a chart's plane: pixels of the chart's box to values on its axes, and back.

export class PlaneScale {
  constructor({ xaxis, yaxis }) {
    this.axes = [xaxis, yaxis];
  }

  /** The scale of a chart that is plotted; undefined for any other. */
  static of(chart) {
    const { xaxis, yaxis } = chart._fullLayout ?? {};
    return xaxis?.p2d && yaxis?.p2d ? new PlaneScale({ xaxis, yaxis }) : undefined;
  }

  values(place) {
    return this.axes.map((axis, index) => axis.p2d(place[index] - axis._offset));
  }

  place(values) {
    return this.axes.map((axis, index) => axis._offset + axis.d2p(values[index]));
  }

  /** How much of each axis so many pixels are. */
  lengths(pixels) {
    return this.axes.map((axis) => Math.abs(axis.p2d(pixels) - axis.p2d(0)));
  }

  holds(place) {
    return this.axes.every(({ _offset, _length }, index) => place[index] >= _offset && place[index] <= _offset + _length);
  }

  /** The place in the plane nearest to `place`. */
  inside(place) {
    return this.axes.map(({ _offset, _length }, index) => Math.min(Math.max(place[index], _offset), _offset + _length));
  }

  middle() {
    return this.axes.map(({ _offset, _length }) => _offset + _length / 2);
  }
}
