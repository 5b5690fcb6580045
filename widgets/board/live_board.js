/* The page's side of LiveBoard: cards with Plotly charts, drawn to from the kernel, one answer a frame.
 *
 * A frame is merged into what each card has still to draw; one animation frame draws the cards that are
 * on screen and answers the kernel, which only then sends the next. A hidden tab answers without drawing.
 *
 * Several files, each an ES module, which front_end.py joins into the one that JupyterLab and Voilà load.
 */

import { closeByEscape } from "../controls/escape.js";
import { BoardLayout } from "./board_layout.js";
import { ChartCard, attempt } from "./chart_card.js";
import { isCutOff, tell } from "./connection.js";
import { decode } from "./figure_values.js";
import { FrameAnswers } from "./frame_answers.js";
import { HtmlCard } from "./html_card.js";
import { plotly } from "./plotly_library.js";
import { fillSlots } from "./slots.js";

const LONGEST_DRAW_MS = 60; // before a chart is drawn for the first time; all later charts of a frame are drawn as one
const ASK_AGAIN_MS = 1000; // after a reconnection, if no frame comes; each time twice as long
const FRAME_FOLLOWS_MS = 200; // of a translated chart for the frame that follows, to be drawn once and not twice

class Board {
  constructor(model, el) {
    this.model = model;
    this.id = Math.random().toString(36).slice(2); // crypto.randomUUID wants a secure origin
    this.layout = new BoardLayout(() => this.settle());
    this.board = this.layout.board;
    this.cards = new Map();
    this.slots = {};
    this.unpainted = new Set(); // cards in the colours of another theme
    this.early = null;
    this.reported = null;
    this.answers = new FrameAnswers(model, this.id);
    this.newest = null; // the number of the last frame that came
    el.append(this.board);
  }

  start() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.onScreen = new IntersectionObserver((entries) => this.seeCards(entries));
    this.sizes = new ResizeObserver(() => this.settle());
    this.themes = new MutationObserver(() => this.repaint());
    this.listen("msg:custom", (content, buffers) => content.kind === "frame" && this.takeFrame(content, buffers));
    this.listen("msg:custom", (content) => content.kind === "undrawn" && this.cards.forEach((card) => card.editor?.forget()));
    this.listen("change:board", () => this.showCards());
    this.listen("change:texts", () => this.retranslate());
    this.listen("change:plotly_locale", () => this.plotted().forEach((card) => card.translatePlotly(this.Plotly)));
    document.addEventListener("visibilitychange", () => this.seeDocument(), { signal });
    document.addEventListener("dl-reconnected", () => this.ask(ASK_AGAIN_MS), { signal });
    document.addEventListener("pointerup", () => this.schedule(), { signal }); // a chart that stood still meanwhile
    this.sizes.observe(this.board);
    this.retranslate();
    this.showCards();
    plotly(this.model).then(
      (loaded) => Object.assign(this, { Plotly: loaded }),
      (error) => {
        console.warn("Descent Lab: plotly.js could not be loaded.", error);
        this.failed = true;
      },
    ).then(() => this.settle());
  }

  listen(event, callback) {
    this.model.on(event, callback);
    this.listeners.signal.addEventListener("abort", () => this.model.off(event, callback));
  }

  root() { return this.board.closest(".dl-root") ?? this.board; }

  style() { return getComputedStyle(this.root()); }

  retranslate() {
    this.layout.translate(this.model.get("texts"));
    for (const card of this.cards.values()) {
      card.nameMenu();
      card.say(card.said);
    }
  }

  showCards() {
    const { panels, buffers, generation } = this.model.get("board");
    const kept = new Map(panels.map((spec) => [spec.id, this.cardOf(spec, buffers)]));
    for (const [id, card] of this.cards) if (kept.get(id) !== card) this.drop(card, kept.get(id));
    this.cards = kept;
    this.layout.place([...kept.values()]);
    for (const card of kept.values()) {
      this.onScreen.observe(card.card); // its head says numbers, too
      this.sizes.observe(card.chart);
    }
    this.generation = generation;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.endWaiting(), FRAME_FOLLOWS_MS);
    if (this.early) {
      const early = this.early;
      this.early = null;
      this.takeFrame(...early);
    }
    this.settle();
  }

  /** The card of a panel: as it was if that did not change, in other words if only its language did, or a new one. */
  cardOf(spec, buffers) {
    const before = this.cards.get(spec.id);
    if (before?.revision === spec.revision) return before;
    if (spec.html) return new HtmlCard(this.model, spec);
    if (!spec.patch || before?.revision !== spec.patched)
      return new ChartCard(this.model, spec, decode(spec.figure, buffers, spec.first_buffer));
    before.translate(spec, decode(spec.patch, buffers, spec.first_buffer));
    return before;
  }

  drop(card, successor) {
    if (successor && card.card.contains(document.activeElement)) {
      const focused = document.activeElement.value;
      card.card.replaceWith(successor.card);
      successor.focusSwitch(focused);
    }
    this.onScreen.unobserve(card.card);
    this.sizes.unobserve(card.chart);
    card.dispose(this.Plotly);
  }

  /** Plots what is not plotted yet and fits the rest, once the layout has come to rest. */
  settle() {
    this.settling ??= requestAnimationFrame(() => {
      this.settling = null;
      if (this.board.clientWidth > 0 && (this.Plotly || this.failed)) this.fit();
    });
  }

  fit() {
    this.follow();
    this.themes.observe(this.root(), { attributes: true, attributeFilter: ["data-theme", "data-projector"] });
    for (const card of this.cards.values()) {
      if (this.failed) card.say("not_loaded");
      else if (card.isPlotted) card.fit(this.Plotly);
    }
    const isUnpainted = (card) => card.isPlotted === undefined || this.unpainted.has(card);
    const next = this.failed ? undefined : this.due().find(isUnpainted);
    if (next) {
      this.paint(next);
      this.settle(); // the others one an animation frame, so that the page answers to clicks meanwhile
      return;
    }
    this.board.dataset.ready = "true";
    this.reportView();
    this.schedule();
  }

  /** Follows the page, which is there by now; only the first call does anything. */
  follow() {
    if (this.layout.root) return;
    const { signal } = this.listeners;
    this.layout.follow(this.root(), signal);
    closeByEscape(this.root(), "drawing", () => this.endDrawing(), signal);
  }

  /** Puts the pencils down; returns false if none is up. */
  endDrawing() {
    const open = [...this.cards.values()].filter((card) => card.editor?.isOpen);
    open.forEach((card) => card.editor.leave());
    return open.length > 0;
  }

  /** The cards that are not folded away: only these are plotted. */
  due() {
    return [...this.cards.values()].filter((card) => this.layout.has(card));
  }

  /** The theme changed: every figure again in its colours, those on screen at once and the others as `fit` does. */
  repaint() {
    this.unpainted = new Set(this.plotted());
    for (const card of this.unpainted) if (card.onScreen) this.paint(card);
    this.settle();
  }

  paint(card) {
    this.unpainted.delete(card);
    card.plot(this.Plotly, this.style());
  }

  plotted() { return [...this.cards.values()].filter((card) => card.isPlotted); }

  // ---- what is on screen

  seeCards(entries) {
    for (const { target, isIntersecting } of entries) {
      const card = [...this.cards.values()].find((each) => each.card === target);
      card?.see(isIntersecting, this.newest);
    }
    this.reportView();
    this.schedule();
  }

  seeDocument() {
    this.reportView();
    if (document.hidden) this.answers.give(false); // no animation frame will come
    else this.schedule();
  }

  /**
   * The connection was lost for a while, and with it what was said of the cards in sight: says it again, and asks for a
   * frame until one comes. The question may get lost, too: JupyterLab's client sends it to a part of the kernel (a
   * subshell) that it has just ended.
   */
  ask(patience) {
    clearTimeout(this.asking);
    if (isCutOff(this.model)) return; // it is asked again once the connection stands
    this.reported = null;
    this.reportView();
    if (tell(this.model, { kind: "reconnected" })) this.asking = setTimeout(() => this.ask(2 * patience), patience);
  }

  reportView() {
    if (!this.board.dataset.ready) return;
    const visible = [...this.cards.values()].filter((card) => card.onScreen).map((card) => card.id);
    const report = JSON.stringify([visible, document.hidden]);
    if (report === this.reported) return;
    this.reported = tell(this.model, { kind: "view", view: this.id, visible, hidden: document.hidden }) ? report : null;
  }

  // ---- frames

  takeFrame(content, buffers) {
    if (content.generation > this.generation) {
      this.early = [content, buffers]; // a state change arrives later than a message sent after it
      return;
    }
    const { frame, step, panels = {}, slots = {} } = decode(content, buffers);
    for (const [id, update] of Object.entries(panels)) this.cards.get(id)?.merge(update, step, frame);
    Object.assign(this.slots, slots);
    this.newest = frame;
    this.answers.owe(frame);
    clearTimeout(this.asking);
    this.endWaiting();
    if (document.hidden) this.answers.give(false);
  }

  /** Lets translated charts be drawn. */
  endWaiting() {
    clearTimeout(this.waiting);
    for (const card of this.cards.values()) card.awaitsFrame = false;
    if (!document.hidden) this.schedule();
  }

  schedule() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.draw();
    });
  }

  /** Draws what is due. First drawings, which take long, go on in the next animation frame: clicks come in between. */
  draw() {
    const style = this.style();
    const from = performance.now();
    for (const card of this.cards.values()) {
      if (!card.pending || !card.onScreen || !card.isPlotted) continue;
      if (card.outdated || card.isPressed || card.awaitsFrame) continue;
      if (card.frames === 0 && performance.now() - from > LONGEST_DRAW_MS) {
        this.schedule();
        return;
      }
      attempt(() => card.draw(this.Plotly, style));
    }
    attempt(() => fillSlots(this.root(), this.slots));
    this.answers.give(true);
  }

  dispose() {
    this.listeners.abort();
    for (const observer of [this.onScreen, this.sizes, this.themes]) observer.disconnect();
    clearTimeout(this.waiting);
    clearTimeout(this.asking);
    this.answers.dispose();
    cancelAnimationFrame(this.settling);
    cancelAnimationFrame(this.drawing);
    for (const card of this.cards.values()) card.dispose(this.Plotly);
    this.cards.clear();
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
