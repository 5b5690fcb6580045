// A card with a Plotly chart.

import { fitArrows } from "./arrow_heads.js";
import { Card } from "./card.js";
import { chartPicture } from "./chart_picture.js";
import { updateFigure } from "./figure_update.js";
import { resolveColours, scaleTexts, setPaths } from "./figure_values.js";
import { FollowedAxes } from "./followed_axes.js";
import { offerFile } from "./offer_file.js";
import { plotly } from "./plotly_library.js";
import { keepPresses } from "./pressed_points.js";

const CLICK_SLOP_PX = 4;
const DOUBLE_CLICK_MS = 350; // Plotly waits for 300 after the first release
const PLOT_CONFIG = {
  displaylogo: false,
  displayModeBar: "hover",
  doubleClick: "reset",
  modeBarButtonsToRemove: [
    "sendDataToCloud", "sendChartToCloud", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d",
    "hoverClosestCartesian", "hoverCompareCartesian", "toggleSpikelines", "tableRotation",
    "resetCameraLastSave3d", "hoverClosest3d", "orbitRotation",
  ],
};
// Of labels, titles and legends. The style sheet gives them the theme's colour: Plotly measures a text anew for each
// colour, a hundred of them at a change of the theme, and each time the browser lays the page out. This one can be read
// on light and dark, as which a downloaded picture is shown nobody knows.
const LABELS = "#7a8594";
const MODEBAR = { bgcolor: "rgba(0,0,0,0)", color: "var(--dl-soft)", activecolor: "var(--dl-ink)" };

const LONGEST_BUSY_MS = 300; // of a page that never comes to rest
// Safari knows no idle time.
const whenIdle = (work) =>
  globalThis.requestIdleCallback?.(work, { timeout: LONGEST_BUSY_MS }) ?? setTimeout(work, LONGEST_BUSY_MS);
const cancelIdle = globalThis.cancelIdleCallback ?? clearTimeout;

/** Returns what `work` does. One that throws must not stop the rest of the page. */
export function attempt(work) {
  try {
    return work();
  } catch (error) {
    console.warn("Descent Lab: a chart could not be drawn.", error);
    return undefined;
  }
}

export class ChartCard extends Card {
  constructor(model, spec, figure) {
    super(model, spec);
    this.chart.setAttribute("role", "figure");
    if (spec.pressable) this.chart.dataset.pressable = "true";
    this.chart.addEventListener("pointerdown", (event) => this.watchClick(event), true);
    this.uirevision = spec.revision; // to Plotly, of what a person zoomed to
    this.raw = figure; // with its CSS variables, and everything drawn since: the truth to redraw from
    this.filtered = new Set();
    this.axes = new FollowedAxes();
    this.clickedAt = -Infinity; // on performance.now()
    this.isPressed = false; // a person turns, zooms or pans it: meanwhile it stands still
    this.menu.offerPictures((format) => this.save(format));
    this.nameMenu();
    this.say("loading");
  }

  /** Offers what is on the screen as a file. */
  async save(format) {
    const { step } = this.chart.dataset;
    const title = [this.spec.title, step && this.model.get("texts").at_step.replace("{step}", step)].filter(Boolean).join(" · ");
    const picture = await chartPicture(await plotly(this.model), this.chart, title, format);
    offerFile(`${[this.id, step && `step-${step}`].filter(Boolean).join("-")}.${format}`, picture);
  }

  /** Takes the texts and the patch of the same panel in another language. */
  translate(spec, patch) {
    this.write(spec);
    this.awaitsFrame = true;
    const placeholder = this.standing ? spec.placeholder : undefined;
    this.merge({ ...patch, placeholder }, this.pending?.step ?? this.chart.dataset.step, this.pending?.frame);
  }

  /** Puts one of the model's texts in the chart's place, by its name; undefined takes it away. */
  say(name) {
    this.said = name;
    if (name === undefined) delete this.chart.dataset.message;
    else this.chart.dataset.message = this.model.get("texts")[name];
  }

  plot(Plotly, style) {
    this.scale = Number.parseFloat(style.getPropertyValue("--dl-scale")) || 1; // projector mode
    const data = scaleTexts(resolveColours(this.raw.data, style), this.scale);
    for (const index of this.filtered) if (data[index].visible !== false) data[index].visible = "legendonly";
    const layout = scaleTexts(resolveColours({ modebar: MODEBAR, ...this.raw.layout }, style), this.scale);
    const font = { ...layout.font, family: style.getPropertyValue("--dl-font") || layout.font?.family, color: LABELS };
    this.size = this.measure();
    const whole = { uirevision: this.uirevision, ...layout, font, ...this.size, autosize: false };
    const config = { ...PLOT_CONFIG, ...this.model.get("plotly_locale") };
    const isFirst = this.isPlotted === undefined;
    this.say(undefined);
    this.isPlotted =
      attempt(() => Plotly.react(this.chart, data, this.axes.keep(this.chart, whole), config)) !== undefined;
    if (!this.isPlotted) this.say("not_drawn");
    else if (isFirst) {
      fitArrows(this.chart);
      this.chart.on("plotly_afterplot", () => fitArrows(this.chart));
      this.chart.on("plotly_relayout", () => this.giveBack(Plotly));
      this.chart.on("plotly_restyle", () => this.filter());
      if (this.chart.dataset.pressable) keepPresses(this.chart, (number) => this.model.send({ kind: "press", panel: this.id, number }));
      this.chart.addEventListener("dblclick", () => this.turnBack(Plotly));
    }
    this.axes.wantAll(this.chart, whole);
  }

  /** A person chose lines in the legend: those that they took away stay away, whatever frames say. */
  filter() {
    const isAway = ({ visible }, index) => visible === "legendonly" || (visible === false && this.filtered.has(index));
    this.filtered = new Set([...this.chart.data.keys()].filter((index) => isAway(this.chart.data[index], index)));
  }

  filteredVisible(index, visible) {
    if (this.chart.data[index].visible === "legendonly") this.filtered.add(index);
    return visible === true && this.filtered.has(index) ? "legendonly" : visible;
  }

  /** A person has moved an axis, or given it back by a double click or in the mode bar: it has other ticks. */
  giveBack(Plotly) {
    if (this.givesBack) return; // Plotly tells of this change too
    const due = { ...this.axes.returned(this.chart, this.raw.layout), ...this.axes.freed(this.chart) };
    if (!Object.keys(due).length) return;
    this.givesBack = true;
    Plotly.relayout(this.chart, due).finally(() => (this.givesBack = false));
  }

  /** A double click turns a scene in space back; of axes Plotly itself takes care. */
  turnBack(Plotly) {
    const { camera } = this.raw.layout.scene ?? {};
    if (camera) Plotly.relayout(this.chart, { "scene.camera": structuredClone(camera) });
  }

  /**
   * Gives Plotly its words in another language. Told by a new config, Plotly.react would forget the zoom. The mode bar,
   * which is seen only under a pointer, is made anew once the page has nothing else to do.
   */
  translatePlotly(Plotly) {
    Object.assign(this.chart._context, this.model.get("plotly_locale"));
    cancelIdle(this.naming);
    this.naming = whenIdle(() => Plotly.relayout(this.chart, { "modebar.color": this.chart.layout.modebar.color }));
  }

  /** Given to Plotly, which would otherwise measure it at every frame and so force the browser to lay out. */
  measure() {
    return { width: this.chart.clientWidth, height: this.chart.clientHeight };
  }

  fit(Plotly) {
    const size = this.measure();
    if (size.width === 0 || (size.width === this.size.width && size.height === this.size.height)) return;
    this.size = size;
    Object.assign(this.chart.layout, size);
    Plotly.redraw(this.chart); // relayout would leave arrows at the angles of the old size
  }

  /** The kernel sends only what has changed, so all of it goes to Plotly. */
  show({ traces, layout }, Plotly, style) {
    const changes = {};
    for (const [index, attributes] of Object.entries(traces)) {
      if (!(index in this.raw.data)) continue;
      setPaths(this.raw.data[index], attributes);
      changes[index] = { ...scaleTexts(resolveColours(attributes, style), this.scale) };
      if ("visible" in attributes) changes[index].visible = this.filteredVisible(Number(index), attributes.visible);
    }
    setPaths(this.raw.layout, layout);
    const relayout = this.axes.admit(this.chart, scaleTexts(resolveColours(layout, style), this.scale));
    updateFigure(Plotly, this.chart, changes, relayout);
  }

  /** A press and release at one place, anywhere in the plot: Plotly itself reports only clicks on points. */
  watchClick(down) {
    this.isPressed = true;
    for (const end of ["pointerup", "pointercancel", "blur"])
      addEventListener(end, () => (this.isPressed = false), { capture: true, once: true });
    if (!down.isPrimary || down.button !== 0 || down.target.closest(".modebar")) return;
    const finish = (up) => {
      removeEventListener("pointerup", finish, true);
      removeEventListener("pointercancel", finish, true);
      const moved = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY);
      if (up.type === "pointerup" && moved <= CLICK_SLOP_PX) this.click(up);
    };
    const isSecond = performance.now() - this.clickedAt < DOUBLE_CLICK_MS;
    this.clickedAt = -Infinity;
    clearTimeout(this.clicking);
    if (isSecond) return;
    addEventListener("pointerup", finish, true);
    addEventListener("pointercancel", finish, true);
  }

  /** Sends where it was; on a chart that was zoomed once no second press has come, which would take the zoom back. */
  click({ clientX, clientY }) {
    const { xaxis, yaxis } = this.chart._fullLayout ?? {};
    if (!xaxis?.p2d || !yaxis?.p2d) return;
    const box = this.chart.getBoundingClientRect();
    const [px, py] = [clientX - box.left - xaxis._offset, clientY - box.top - yaxis._offset];
    if (px < 0 || py < 0 || px > xaxis._length || py > yaxis._length) return;
    const place = { kind: "click", panel: this.id, x: xaxis.p2d(px), y: yaxis.p2d(py) };
    this.clickedAt = performance.now();
    const mayBeDouble = this.axes.held(this.chart).length > 0;
    this.clicking = setTimeout(() => this.model.send(place), mayBeDouble ? DOUBLE_CLICK_MS : 0);
  }

  dispose(Plotly) {
    clearTimeout(this.resting);
    clearTimeout(this.clicking);
    cancelIdle(this.naming);
    if (this.chart.data) Plotly.purge(this.chart);
    this.card.remove();
  }
}
