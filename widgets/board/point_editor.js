// The point editor: a sheet over a chart on which a person draws, moves and erases points of two classes.
//
// What a hand does is shown on the sheet at once and sent when it rests; the points that are there are the chart's own
// markers, and lie on the sheet from then on until the chart has the new ones.

import { element } from "./element.js";
import { PlaneScale } from "./plane_scale.js";
import { PointSheet } from "./point_sheet.js";

const TOOLS = ["move", "draw0", "draw1", "erase"];
const HAND_REST_MS = 500; // of a hand, after which its strokes are sent
const MOST_PLACES = 500; // of strokes that wait; the kernel takes 2000
const SPACING_PX = 12; // between points that are drawn in one stroke
const REACH_PX = 11; // of the eraser, and of what is taken hold of
const LONGEST_WAIT_MS = 4000; // for just as many points as there are on the sheet; then any new ones will do
const STEP_PX = 12; // of an arrow key; with Shift 1
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class PointEditor {
  constructor(card) {
    this.card = card;
    this.tool = "draw0";
    this.waiting = []; // strokes that are not sent yet
    this.stroke = null;
    this.isDown = false; // a hand on the sheet
    this.before = ""; // the chart's points when strokes were last sent
    this.button = element("button", { type: "button", class: "dl-card-enlarge dl-pencil", onclick: () => this.toggle() }, "✎");
    this.sheet = new PointSheet(REACH_PX);
    this.row = element("div", { class: "dl-tools", role: "toolbar" });
    this.listen(this.sheet.box);
  }

  get isOpen() {
    return this.row.isConnected;
  }

  translate(texts, { drawable, title }) {
    const names = { move: texts.move_tool, erase: texts.erase_tool };
    for (const [label, name] of drawable.entries()) names[`draw${label}`] = texts.draw_tool.replace("{name}", () => name);
    this.tools = TOOLS.map((tool) => this.toolButton(tool, names[tool]));
    const group = element("div", { class: "dl-switch", role: "group", "aria-label": texts.tools }, ...this.tools);
    this.row.replaceChildren(group, element("button", { type: "button", class: "dl-undo" }, texts.undo));
    this.row.setAttribute("aria-label", texts.draw);
    this.button.title = texts.draw;
    this.button.setAttribute("aria-label", `${texts.draw}: ${title}`);
    this.sheet.box.setAttribute("aria-label", texts.by_keys);
    this.say();
  }

  toolButton(tool, name) {
    return element("button", { type: "button", value: tool, onclick: () => this.choose(tool) }, name);
  }

  choose(tool) {
    this.tool = tool;
    this.say();
  }

  say() {
    this.button.setAttribute("aria-pressed", this.isOpen);
    this.sheet.box.dataset.tool = this.tool;
    for (const button of this.tools) button.setAttribute("aria-pressed", button.value === this.tool);
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    const { card, head, chart } = this.card;
    head.after(this.row);
    chart.after(this.sheet.box);
    card.dataset.drawing = "true";
    this.say();
  }

  close() {
    this.send();
    this.row.remove();
    this.sheet.box.remove();
    delete this.card.card.dataset.drawing;
    this.say();
  }

  /** The chart was drawn: if it has the points that are on the sheet, that has done its work. */
  settle() {
    if (!this.sheet.isCovered || this.waiting.length || this.stroke) return;
    const isNew = signature(this.card.chart) !== this.before;
    if (this.hasPoints() && isNew && (this.hasAll() || performance.now() - this.sentAt > LONGEST_WAIT_MS)) this.forget();
  }

  hasPoints() {
    return markers(this.card.chart).length > 0;
  }

  hasAll() {
    return markers(this.card.chart).reduce((sum, { x }) => sum + x.length, 0) === this.sheet.count;
  }

  /** Shows the chart's own points again. */
  forget() {
    if (!this.stroke && !this.waiting.length) this.sheet.clear();
  }

  // ---- what a hand does

  listen(box) {
    box.addEventListener("pointerdown", (event) => this.begin(event));
    box.addEventListener("pointermove", (event) => this.follow(event));
    box.addEventListener("pointerup", () => this.lift(() => this.end()));
    box.addEventListener("pointercancel", () => this.lift(() => (this.stroke = null)));
    box.addEventListener("keydown", (event) => this.press(event));
  }

  scale() {
    return PlaneScale.of(this.card.chart);
  }

  begin(event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.isDown = true;
    this.start(this.sheet.placeOf(event));
    event.preventDefault();
    this.sheet.box.focus({ preventScroll: true });
  }

  lift(finish) {
    this.isDown = false;
    finish();
  }

  /** Begins a stroke at a place in pixels of the sheet, if that lies in the plane. */
  start(place) {
    const scale = this.scale();
    if (!scale?.holds(place)) return;
    if (!this.sheet.isCovered) this.cover(scale);
    this.stroke = { tool: this.tool, places: [place], scale };
    if (this.tool === "move") this.stroke.held = this.sheet.nearest(place);
    else this.mark(place);
  }

  follow(event) {
    const place = this.sheet.placeOf(event);
    this.sheet.point(place, this.tool === "erase");
    const { stroke } = this;
    if (!stroke && this.isDown && this.tool !== "move") return this.start(place); // it came in from beside the plane
    if (!stroke || !stroke.scale.holds(place)) return;
    if (stroke.tool === "move") this.carry(place);
    else if (distance(place, stroke.places.at(-1)) >= this.spacing()) this.add(place);
  }

  spacing() {
    return this.tool === "erase" ? REACH_PX / 2 : SPACING_PX;
  }

  add(place) {
    this.stroke.places.push(place);
    this.mark(place);
    if (this.stroke.places.length >= MOST_PLACES) this.end();
  }

  carry(place) {
    this.stroke.places[1] = place;
    if (this.stroke.held) this.sheet.put(this.stroke.held, place);
  }

  mark(place) {
    if (this.tool === "erase") this.sheet.erase(place);
    else this.sheet.add(place, Number(this.tool.slice(-1)));
  }

  end() {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke || (stroke.tool === "move" && (!stroke.held || stroke.places.length < 2))) return;
    this.waiting.push(this.said(stroke));
    clearTimeout(this.resting);
    const places = this.waiting.reduce((sum, { path }) => sum + path.length, 0);
    if (places >= MOST_PLACES) this.send();
    else this.resting = setTimeout(() => this.stroke || this.send(), HAND_REST_MS);
  }

  /** A stroke as the kernel takes it, in the chart's own units. */
  said({ tool, places, scale }) {
    const [name, label] = tool.startsWith("draw") ? ["draw", Number(tool.slice(-1))] : [tool, 0];
    return { tool: name, label, path: places.map((place) => scale.values(place)), reach: scale.lengths(REACH_PX) };
  }

  send() {
    clearTimeout(this.resting);
    if (!this.waiting.length) return;
    this.card.model.send({ kind: "draw", panel: this.card.id, strokes: this.waiting });
    this.waiting = [];
    this.before = signature(this.card.chart);
    this.sentAt = performance.now();
  }

  /** Lays the points that are there on the sheet. */
  cover(scale) {
    this.sheet.cover();
    for (const { x, y, classes } of markers(this.card.chart)) {
      for (const [index, value] of classes.entries()) this.sheet.add(scale.place([x[index], y[index]]), value);
    }
  }

  // ---- by keys

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in ARROWS) this.moveCross(ARROWS[event.key], event.shiftKey ? 1 : STEP_PX);
    else if (event.key === "Enter" || event.key === " ") this.act();
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page's keys mean something else
  }

  moveCross([right, down], step) {
    const scale = this.scale();
    if (!scale) return;
    const [x, y] = this.sheet.cross ?? scale.middle();
    const place = scale.inside([x + right * step, y + down * step]);
    this.sheet.putCross(place);
    if (this.stroke) this.carry(place);
  }

  act() {
    const place = this.sheet.cross;
    if (!place) this.moveCross([0, 0], 0);
    else if (this.stroke) this.end();
    else {
      this.start(place);
      if (this.stroke && !this.stroke.held) this.end();
    }
  }

  leave() {
    this.stroke = null;
    this.close();
    this.button.focus();
  }
}

const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

/** The markers that a chart shows: their places, and the classes by which they are coloured. */
function markers(chart) {
  const shown = (chart.data ?? []).filter(({ mode, visible, marker }) => mode === "markers" && visible !== false && marker.color);
  return shown.map(({ x, y, marker }) => ({ x, y, classes: [...marker.color] }));
}

const signature = (chart) => markers(chart).map(({ x, y }) => `${x} ${y}`).join(";");
