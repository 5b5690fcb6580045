// The heartbeat: a banner says when the kernel no longer answers.

import { isCutOff, tell } from "../board/connection.js";
import { element } from "../board/element.js";
import { addressOf } from "./address.js";
import { keepRun } from "./kept_run.js";
import { watchForEnd } from "./kernel_end.js";
import { follow, inVoila } from "./page.js";

const PING_MS = 2500;
const CHECK_MS = 500;
const GAP_MS = 2 * PING_MS; // an answer is missing: messages may have been lost
const OF_KERNEL = ".dl-hands, .dl-controls, .dl-switch, .dl-tabs"; // what does nothing without a kernel
const SILENCE_MS = 8000; // a kernel that says nothing for so long is taken for dead

/**
 * Makes a function that connects a kernel again that is cut off, once its server answers: left alone, its connection
 * waits for up to half a minute between two tries. A try that fails has JupyterLab begin anew up to half a minute later,
 * also when all is well again by then.
 */
function connector(model, ending) {
  let tried = -Infinity;
  const isOff = () => isCutOff(model) && performance.now() - tried > SILENCE_MS;
  return async (asks) => {
    if (!asks && !isOff()) return;
    if (!(await ending.look()) || !isOff()) return;
    tried = performance.now();
    model.widget_manager.kernel.reconnect().catch(() => {}); // the next try may do
  };
}

/** Calls `back` whenever the kernel is connected again: what was under way when it was cut off may have been lost. */
function onReconnection(model, back, signal) {
  const changes = model.widget_manager?.kernel?.connectionStatusChanged;
  const take = (_, status) => status === "connected" && back();
  changes?.connect(take);
  signal.addEventListener("abort", () => changes?.disconnect(take));
}

/** Makes the banner, out of sight. Its button opens the page anew, with the present settings and the run as it stands. */
export function banner(root, model, signal) {
  const openAnew = async () => {
    await keepRun(model, root).catch(() => {}); // without it the settings are in the link
    if (inVoila()) location.assign(addressOf(model, root));
    else location.reload();
  };
  const reload = element("button", { type: "button", onclick: openAnew });
  follow(model, ["texts"], () => (reload.textContent = model.get("texts").reload), signal);
  return element("div", { class: "dl-banner", hidden: "" }, element("span", { role: "alert" }), reload);
}

/** Shows the banner, and the page behind it greyed, when the kernel is silent for SILENCE_MS and the page visible. */
export function keepHeartbeat(bar, root, model, signal) {
  let heard = performance.now();
  let pinged = -Infinity;
  const ending = watchForEnd(model, signal);
  const reconnect = connector(model, ending);
  const show = (lost) => {
    const said = lost ? model.get("texts")[ending.text()] : "";
    // Text that is put into an alert is read out; text that was there all along is not.
    if (bar.firstChild.textContent !== said) bar.firstChild.textContent = said;
    if (lost) root.dataset.lost = ending.text();
    for (const part of root.querySelectorAll(OF_KERNEL)) part.inert = lost;
    if (bar.hidden !== lost) return;
    bar.hidden = !lost;
    if (!lost) delete root.dataset.lost;
  };
  const startAnew = () => (heard = performance.now());
  const beat = () => {
    const now = performance.now();
    if (document.hidden) return startAnew(); // timers of hidden pages are throttled: silence says nothing
    if (now - heard > SILENCE_MS) show(true);
    if (now - pinged < PING_MS) return;
    pinged = now;
    reconnect(!bar.hidden);
    if (!isCutOff(model) && !tell(model, { kind: "ping" })) show(true);
  };
  const drawAgain = () => document.dispatchEvent(new Event("dl-reconnected"));
  const onMessage = (message) => {
    if (message.kind !== "pong") return;
    if (performance.now() - heard > GAP_MS) drawAgain();
    startAnew();
    show(false);
  };
  const comeBack = () => {
    pinged = -Infinity;
    drawAgain();
  };
  onReconnection(model, comeBack, signal);
  model.on("msg:custom", onMessage);
  document.addEventListener("visibilitychange", startAnew, { signal });
  const timer = setInterval(beat, CHECK_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    model.off("msg:custom", onMessage);
  });
}
