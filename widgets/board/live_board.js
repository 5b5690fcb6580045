/* The page's side of LiveBoard: cards with Plotly charts, drawn to from the kernel, one answer a frame.
 *
 * A frame is merged into what each panel has still to draw; one animation frame draws the panels that are
 * on screen and answers the kernel, which only then sends the next. A hidden tab answers without drawing.
 */

const SHARED_PLOTLY = Symbol.for("descent-lab.plotly");
const PLOTLY_TIMEOUT_MS = 90_000;
const CLICK_SLOP_PX = 4;
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
const MODEBAR = { bgcolor: "rgba(0,0,0,0)", color: "var(--dl-soft)", activecolor: "var(--dl-ink)" };
const DTYPES = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

// ---- plotly.js, once per page

function plotly(model) {
  globalThis[SHARED_PLOTLY] ??= requestPlotly(model).catch((error) => {
    delete globalThis[SHARED_PLOTLY]; // the next board may have a kernel that answers
    throw error;
  });
  return globalThis[SHARED_PLOTLY];
}

async function requestPlotly(model) {
  const packed = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the kernel sent no plotly.js")), PLOTLY_TIMEOUT_MS);
    model.on("msg:custom", function receive(content, buffers) {
      if (content.kind !== "plotly") return;
      clearTimeout(timer);
      model.off("msg:custom", receive);
      resolve(buffers[0]);
    });
    model.send({ kind: "plotly" });
  });
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return evaluatePlotly(await new Response(stream).text());
}

function evaluatePlotly(source) {
  const before = globalThis.Plotly; // the bundle overwrites it, and another program may need its own
  const module = { exports: {} };
  new Function("module", "exports", source)(module, module.exports);
  globalThis.Plotly = before;
  return module.exports;
}

// ---- values

function decode(value, buffers, first = 0) {
  if (Array.isArray(value)) return value.map((item) => decode(item, buffers, first));
  if (value === null || typeof value !== "object") return value;
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

function same(a, b) {
  if (Object.is(a, b)) return true; // NaN, a gap in a line, is no change
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const names = Object.keys(a);
  if (ArrayBuffer.isView(a) || Array.isArray(a)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}

/** Sets figure.data[0] or layout attributes by Plotly's paths: "line.color", "annotations[0].x". */
function setPath(target, path, value) {
  const keys = path.replace(/\[(\d+)\]/g, ".$1").split(".");
  const last = keys.pop();
  for (const [index, key] of keys.entries()) {
    target[key] ??= /^\d+$/.test(keys[index + 1] ?? last) ? [] : {};
    target = target[key];
  }
  target[last] = value;
}

function getPath(target, path) {
  return path.replace(/\[(\d+)\]/g, ".$1").split(".").reduce((value, key) => value?.[key], target);
}

/** What of `update` differs from the figure: what did not change is neither sent to Plotly nor redrawn. */
function takeChanges(target, update = {}) {
  const changed = Object.entries(update).filter(([path, value]) => !same(getPath(target, path), value));
  for (const [path, value] of changed) setPath(target, path, value);
  return changed;
}

/** Replaces "var(--name)" in every text of a figure by the colour that the page's theme gives it. */
function resolveColours(value, style) {
  if (typeof value === "string") {
    if (!value.includes("var(--")) return value;
    return value.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim() || "#888888");
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => resolveColours(item, style));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveColours(item, style)]));
}

/** What `work` returns. One that throws must not stop the rest of the page. */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    console.warn("Descent Lab: a chart could not be drawn.", error);
    return undefined;
  }
}

function words(text) {
  return (text ?? "").split(" ").filter(Boolean);
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// ---- one card

class Panel {
  constructor(board, spec, figure) {
    this.board = board;
    this.id = spec.id;
    this.revision = spec.revision;
    this.raw = figure; // with its CSS variables, and everything drawn since: the truth to redraw from
    this.pending = null;
    this.onScreen = false;
    this.outdated = false;
    this.frames = 0;
    this.build(spec);
  }

  build(spec) {
    this.card = element("section", "dl-card");
    const head = element("header", "dl-card-head");
    this.note = element("span", "dl-card-note", spec.note);
    head.append(element("h3", "dl-card-title", spec.title), this.note);
    head.append(...spec.switches.map((item) => this.buildSwitch(item)));
    this.chart = element("div", "dl-chart");
    Object.assign(this.chart.dataset, { panel: this.id, frames: "0", step: "", message: "Loading charts…" });
    this.chart.setAttribute("role", "img");
    this.chart.setAttribute("aria-label", spec.title);
    this.card.append(head, this.chart);
    this.chart.addEventListener("pointerdown", (event) => this.watchClick(event), true);
  }

  buildSwitch({ name, options, value, label }) {
    const group = element("div", "dl-switch");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    const press = (chosen) => {
      for (const button of group.children) button.setAttribute("aria-pressed", button.textContent === chosen);
    };
    for (const option of options) {
      const button = element("button", "", option);
      button.type = "button";
      button.addEventListener("click", () => {
        press(option);
        this.board.model.send({ kind: "switch", panel: this.id, name, value: option });
      });
      group.append(button);
    }
    press(value);
    return group;
  }

  focusSwitch(option) {
    const buttons = [...this.card.querySelectorAll(".dl-switch button")];
    buttons.find((button) => button.textContent === option)?.focus();
  }

  plot(Plotly, style) {
    const data = resolveColours(this.raw.data, style);
    const layout = resolveColours({ modebar: MODEBAR, ...this.raw.layout }, style);
    const scale = Number.parseFloat(style.getPropertyValue("--dl-scale")) || 1; // projector mode
    const font = { ...layout.font, size: (layout.font?.size ?? 12) * scale };
    this.size = this.measure();
    const whole = { uirevision: this.revision, ...layout, font, ...this.size, autosize: false };
    delete this.chart.dataset.message;
    this.plotted = attempt(() => Plotly.react(this.chart, data, whole, PLOT_CONFIG)) !== undefined;
    if (!this.plotted) this.chart.dataset.message = "This chart could not be drawn.";
  }

  /** Told to Plotly, which would otherwise measure it at every frame and so force the browser to lay out. */
  measure() {
    return { width: this.chart.clientWidth, height: this.chart.clientHeight };
  }

  fit(Plotly) {
    const size = this.measure();
    if (size.width === 0 || same(size, this.size)) return;
    this.size = size;
    Plotly.relayout(this.chart, size);
  }

  /** What it kept while out of sight is not drawn on return if newer frames came: the next one is for it too. */
  see(onScreen, newest) {
    if (onScreen && !this.onScreen) this.outdated = this.pending !== null && this.pending.frame !== newest;
    this.onScreen = onScreen;
  }

  /** Keeps what a frame says until the panel is on screen; of each attribute only the newest. */
  merge(update, step, frame) {
    this.outdated = false;
    this.pending ??= { traces: {}, layout: {} };
    for (const [index, attributes] of Object.entries(update.traces ?? {})) {
      this.pending.traces[index] = { ...this.pending.traces[index], ...attributes };
    }
    Object.assign(this.pending.layout, update.layout);
    this.pending.note = update.note ?? this.pending.note;
    Object.assign(this.pending, { step, frame });
  }

  draw(Plotly, style) {
    const { traces, layout, note, step } = this.pending;
    this.pending = null;
    const restyle = {};
    const indices = Object.keys(traces).filter((index) => index in this.raw.data);
    for (const [position, index] of indices.entries()) {
      for (const [path, value] of takeChanges(this.raw.data[index], traces[index])) {
        restyle[path] ??= new Array(indices.length).fill(undefined); // undefined leaves a trace as it is
        restyle[path][position] = resolveColours(value, style);
      }
    }
    const relayout = resolveColours(Object.fromEntries(takeChanges(this.raw.layout, layout)), style);
    if (Object.keys(restyle).length || Object.keys(relayout).length) {
      Plotly.update(this.chart, restyle, relayout, indices.map(Number));
    }
    if (note !== undefined && this.note.textContent !== note) this.note.textContent = note;
    this.frames += 1;
    this.chart.dataset.frames = this.frames;
    this.chart.dataset.step = step;
  }

  /** A press and release at one place, anywhere in the plot: Plotly itself reports only clicks on points. */
  watchClick(down) {
    if (!down.isPrimary || down.button !== 0 || down.target.closest(".modebar")) return;
    const finish = (up) => {
      removeEventListener("pointerup", finish, true);
      removeEventListener("pointercancel", finish, true);
      const moved = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY);
      if (up.type === "pointerup" && moved <= CLICK_SLOP_PX) this.click(up);
    };
    addEventListener("pointerup", finish, true);
    addEventListener("pointercancel", finish, true);
  }

  click({ clientX, clientY }) {
    const { xaxis, yaxis } = this.chart._fullLayout ?? {};
    if (!xaxis?.p2d || !yaxis?.p2d) return;
    const box = this.chart.getBoundingClientRect();
    const [px, py] = [clientX - box.left - xaxis._offset, clientY - box.top - yaxis._offset];
    if (px < 0 || py < 0 || px > xaxis._length || py > yaxis._length) return;
    this.board.model.send({ kind: "click", panel: this.id, x: xaxis.p2d(px), y: yaxis.p2d(py) });
  }

  dispose(Plotly) {
    if (this.plotted) Plotly.purge(this.chart);
    this.card.remove();
  }
}

// ---- the view

class Board {
  constructor(model, el) {
    this.model = model;
    this.id = Math.random().toString(36).slice(2); // crypto.randomUUID wants a secure origin
    this.grid = element("div", "dl-board");
    this.panels = new Map();
    this.slots = {};
    this.early = null;
    this.told = null;
    this.owed = null; // the number of the frame that is not yet answered
    this.newest = null; // the number of the last frame that came
    this.slotClasses = new WeakMap();
    el.append(this.grid);
  }

  start() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.onScreen = new IntersectionObserver((entries) => this.seePanels(entries));
    this.sizes = new ResizeObserver(() => this.settle());
    this.themes = new MutationObserver(() => this.repaint());
    this.receive = (content, buffers) => content.kind === "frame" && this.takeFrame(content, buffers);
    this.rebuild = () => this.showPanels();
    this.model.on("msg:custom", this.receive);
    this.model.on("change:board", this.rebuild);
    document.addEventListener("visibilitychange", () => this.seeDocument(), { signal });
    this.sizes.observe(this.grid);
    this.showPanels();
    plotly(this.model).then(
      (loaded) => Object.assign(this, { Plotly: loaded }),
      (error) => {
        console.warn("Descent Lab: plotly.js could not be loaded.", error);
        this.failed = true;
      },
    ).then(() => this.settle());
  }

  root() {
    return this.grid.closest(".dl-root") ?? this.grid;
  }

  style() {
    return getComputedStyle(this.root());
  }

  showPanels() {
    const { panels, buffers, generation } = this.model.get("board");
    const kept = new Map();
    for (const spec of panels) {
      const before = this.panels.get(spec.id);
      const keeps = before?.revision === spec.revision;
      kept.set(spec.id, keeps ? before : new Panel(this, spec, decode(spec.figure, buffers, spec.first_buffer)));
    }
    for (const [id, panel] of this.panels) if (kept.get(id) !== panel) this.drop(panel, kept.get(id));
    this.panels = kept;
    for (const [place, panel] of [...kept.values()].entries()) {
      const there = this.grid.children[place] ?? null;
      if (there !== panel.card) this.grid.insertBefore(panel.card, there); // moving a card takes its focus
      this.onScreen.observe(panel.chart);
      this.sizes.observe(panel.chart);
    }
    this.generation = generation;
    if (this.early) {
      const early = this.early;
      this.early = null;
      this.takeFrame(...early);
    }
    this.settle();
  }

  drop(panel, successor) {
    if (successor && panel.card.contains(document.activeElement)) {
      const focused = document.activeElement.textContent;
      panel.card.replaceWith(successor.card);
      successor.focusSwitch(focused);
    }
    this.onScreen.unobserve(panel.chart);
    this.sizes.unobserve(panel.chart);
    panel.dispose(this.Plotly);
  }

  /** Plots what is not plotted yet and fits the rest, once the layout has come to rest. */
  settle() {
    this.settling ??= requestAnimationFrame(() => {
      this.settling = null;
      if (this.grid.clientWidth > 0 && (this.Plotly || this.failed)) this.fit();
    });
  }

  fit() {
    this.themes.observe(this.root(), { attributes: true, attributeFilter: ["data-theme", "data-projector"] });
    for (const panel of this.panels.values()) {
      if (this.failed) panel.chart.dataset.message = "Charts could not be loaded.";
      else if (panel.plotted) panel.fit(this.Plotly);
    }
    const next = this.failed ? undefined : [...this.panels.values()].find((panel) => panel.plotted === undefined);
    if (next) {
      next.plot(this.Plotly, this.style());
      this.settle(); // the others one an animation frame, so that the page answers to clicks meanwhile
      return;
    }
    this.grid.dataset.ready = "true";
    this.tellView();
    this.schedule();
  }

  /** The theme changed: every figure again, in its colours. */
  repaint() {
    for (const panel of this.panels.values()) if (panel.plotted) panel.plot(this.Plotly, this.style());
  }

  // ---- what is on screen

  seePanels(entries) {
    for (const { target, isIntersecting } of entries) {
      const panel = this.panels.get(target.dataset.panel);
      if (panel?.chart === target) panel.see(isIntersecting, this.newest);
    }
    this.tellView();
    this.schedule();
  }

  seeDocument() {
    this.tellView();
    if (document.hidden) this.answer(false); // no animation frame will come
    else this.schedule();
  }

  tellView() {
    if (!this.grid.dataset.ready) return;
    const visible = [...this.panels.values()].filter((panel) => panel.onScreen).map((panel) => panel.id);
    const told = JSON.stringify([visible, document.hidden]);
    if (told === this.told) return;
    this.told = told;
    this.model.send({ kind: "view", view: this.id, visible, hidden: document.hidden });
  }

  // ---- frames

  takeFrame(content, buffers) {
    if (content.generation > this.generation) {
      this.early = [content, buffers]; // a state change arrives later than a message sent after it
      return;
    }
    const { frame, step, panels = {}, slots = {} } = decode(content, buffers);
    for (const [id, update] of Object.entries(panels)) this.panels.get(id)?.merge(update, step, frame);
    Object.assign(this.slots, slots);
    this.owed = this.newest = frame;
    if (document.hidden) this.answer(false);
    else this.schedule();
  }

  schedule() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.draw();
    });
  }

  draw() {
    const style = this.style();
    for (const panel of this.panels.values()) {
      const drawn = panel.pending && panel.onScreen && panel.plotted && !panel.outdated;
      if (drawn) attempt(() => panel.draw(this.Plotly, style));
    }
    attempt(() => this.fillSlots());
    this.answer(true);
  }

  answer(drawn) {
    if (this.owed === null) return;
    this.model.send({ kind: "ack", view: this.id, frame: this.owed, drawn });
    this.owed = null;
  }

  fillSlots() {
    const root = this.root();
    for (const [name, value] of Object.entries(this.slots)) {
      const targets = name === "root" ? [root] : root.querySelectorAll(`[data-dl-slot="${CSS.escape(name)}"]`);
      for (const target of targets) this.fillSlot(target, typeof value === "string" ? { text: value } : value);
    }
  }

  fillSlot(target, { text, style = {}, attrs = {}, class: className }) {
    if (text !== undefined && target.textContent !== text) target.textContent = text;
    for (const [name, value] of Object.entries(style)) target.style.setProperty(name, value);
    for (const [name, value] of Object.entries(attrs)) {
      if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
    }
    if (className === undefined || this.slotClasses.get(target) === className) return;
    target.classList.remove(...words(this.slotClasses.get(target)));
    target.classList.add(...words(className));
    this.slotClasses.set(target, className);
  }

  dispose() {
    this.listeners.abort();
    for (const observer of [this.onScreen, this.sizes, this.themes]) observer.disconnect();
    cancelAnimationFrame(this.settling);
    cancelAnimationFrame(this.drawing);
    this.model.off("msg:custom", this.receive);
    this.model.off("change:board", this.rebuild);
    for (const panel of this.panels.values()) panel.dispose(this.Plotly);
    this.panels.clear();
    this.model.send({ kind: "unmounted", view: this.id });
  }
}

export default {
  render({ model, el }) {
    const board = new Board(model, el);
    board.start();
    return () => board.dispose();
  },
};
