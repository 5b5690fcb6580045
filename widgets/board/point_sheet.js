// The sheet of the point editor: points as they will be, over the chart that has them as they are.

const SHEET = '<svg class="dl-sheet" tabindex="0" role="application"></svg>';
const SIZE_PX = 3.5; // half a point's, as the chart draws them

export class PointSheet {
  constructor(reach) {
    this.reach = reach;
    this.box = document.createRange().createContextualFragment(SHEET).firstElementChild;
    this.points = this.shape("g", {});
    this.hand = this.shape("circle", { class: "dl-sheet-hand", r: reach, visibility: "hidden" });
    this.mark = this.shape("path", { class: "dl-sheet-cross", d: "M-9 0H9M0 -9V9", visibility: "hidden" });
    this.box.append(this.points, this.hand, this.mark);
    this.isCovered = false;
    this.cross = null; // where the keys have come to
  }

  get count() {
    return this.points.childElementCount;
  }

  placeOf({ clientX, clientY }) {
    const { left, top } = this.box.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  /** From now on the points on the sheet are all that there are. */
  cover() {
    this.isCovered = true;
    this.box.dataset.covered = "true";
  }

  clear() {
    this.isCovered = false;
    delete this.box.dataset.covered;
    this.points.replaceChildren();
  }

  add(place, label) {
    const point = label
      ? this.shape("rect", { x: -SIZE_PX, y: -SIZE_PX, width: 2 * SIZE_PX, height: 2 * SIZE_PX })
      : this.shape("circle", { r: SIZE_PX });
    point.dataset.label = label;
    this.put(point, place);
    this.points.append(point);
  }

  put(point, place) {
    point.place = place;
    point.setAttribute("transform", `translate(${place})`);
  }

  /** The point within reach that is nearest to `place`; undefined if there is none. */
  nearest(place) {
    const near = this.near(place);
    return near.sort((one, other) => apart(one, place) - apart(other, place))[0];
  }

  erase(place) {
    for (const point of this.near(place)) point.remove();
  }

  near(place) {
    return [...this.points.children].filter((point) => apart(point, place) <= this.reach);
  }

  /** Shows where the hand is, by a ring as large as what it erases. */
  point([x, y], isShown) {
    this.hand.setAttribute("visibility", isShown ? "visible" : "hidden");
    this.hand.setAttribute("transform", `translate(${x},${y})`);
  }

  shape(name, attributes) {
    const made = document.createElementNS(this.box.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  putCross(place) {
    this.cross = place;
    this.mark.setAttribute("visibility", "visible");
    this.mark.setAttribute("transform", `translate(${place})`);
  }
}

const apart = ({ place: [x, y] }, [u, v]) => Math.hypot(x - u, y - v);
