/* The header: title and buttons, and all that concerns the whole page. See header.py.
 *
 * All text comes from the kernel, in the traits `texts`, `labels`, `help` and `languages`. Several files, each an
 * ES module, which front_end.py joins into the one that JupyterLab and Voilà load.
 */

import { element } from "../board/element.js";
import { keepNames } from "./accessible_names.js";
import { keepAddress, linkOf, withVersions } from "./address.js";
import { playWhenItStands } from "./autoplay.js";
import { keepControlsColumn } from "./controls_column.js";
import { copyLink } from "./copy_link.js";
import { keepEscape } from "./escape.js";
import { fullScreenButtons } from "./full_screen.js";
import { keepLesson } from "./lesson.js";
import { keepLinkSpeed } from "./link_speed.js";
import { keepMenuSearch } from "./menu_search.js";
import { banner, keepHeartbeat } from "./heartbeat.js";
import { helpDialog } from "./help_dialog.js";
import { takeRun } from "./kept_run.js";
import { awaitGreeting, keepLanguage, languageSwitch } from "./language_switch.js";
import { keepReasons } from "./notice_reasons.js";
import { follow, rootOf } from "./page.js";
import { isPresented, linkWithView } from "./presentation_link.js";
import { keepPresenter } from "./presenter.js";
import { keepProjector } from "./projector.js";
import { keepRoom } from "./room.js";
import { saveMenu } from "./save_menu.js";
import { keepScrubber } from "./scrubber.js";
import { keepShortcuts } from "./shortcuts.js";
import { tabs } from "./tabs.js";
import { keepTheme } from "./theme.js";
import { allViewSettings } from "./view_settings.js";

function header(model, root, signal) {
  const title = element("h1");
  const theme = element("button", { type: "button", class: "dl-theme" });
  const projector = element("button", { type: "button" });
  const link = copyButton(linkOf);
  link.classList.add("dl-copy-link");
  const viewLink = copyButton(linkWithView);
  function copyButton(makeLink) {
    const copy = () => copyLink(withVersions(makeLink(model, root), model), model, button, write);
    const button = element("button", { type: "button", "aria-live": "polite", onclick: copy });
    return button;
  }
  const dialog = helpDialog(model, signal);
  const openHelp = () => {
    dialog.showModal();
    dialog.scrollTop = 0; // else where it was left
  };
  const help = element("button", { type: "button", onclick: openHelp });
  keepTheme(root, model, theme, signal);
  keepProjector(root, projector, signal);
  const write = () => {
    const texts = model.get("texts");
    title.textContent = texts.title;
    projector.textContent = texts.projector;
    projector.title = texts.projector_hint;
    link.textContent = texts.copy;
    viewLink.textContent = isPresented(root) ? texts.copy_presentation : texts.copy_view;
    viewLink.title = isPresented(root) ? texts.copy_presentation_hint : texts.copy_view_hint;
    viewLink.hidden = Object.keys(allViewSettings(root)).length === 0;
    help.textContent = texts.help;
    root.style.setProperty("--dl-key-space", JSON.stringify(texts.space)); // the key's name on the Play button
  };
  follow(model, ["texts"], write, signal);
  const fullScreen = fullScreenButtons(root, model, signal);
  const buttons = [languageSwitch(model, signal), ...fullScreen, projector, saveMenu(root, model, signal), link, viewLink, theme, help];
  root.addEventListener("dl-view", write, { signal });
  const head = element("div", { class: "dl-header" }, title, tabs(root, model, signal), element("div", { class: "dl-header-buttons" }, ...buttons), dialog);
  // On a phone it scrolls sideways, and a browser leaves a button that is half in sight where it is.
  const show = ({ target }) => {
    const isByKey = target.matches(":focus-visible") && !target.closest("dialog");
    if (isByKey) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  head.addEventListener("focusin", show, { signal });
  return head;
}

function render({ model, el }) {
  const life = new AbortController();
  el.classList.add("dl-page");
  rootOf(el, life.signal).then((root) => {
    const bar = banner(root, model, life.signal);
    awaitGreeting(root, model);
    keepLanguage(root, model, life.signal);
    el.replaceChildren(bar, header(model, root, life.signal));
    keepLesson(root, model, life.signal);
    keepLinkSpeed(root, model, life.signal);
    keepNames(root, model, life.signal);
    keepAddress(root, model, life.signal);
    keepEscape(root, life.signal);
    keepShortcuts(root, life.signal, (kind) => model.send({ kind }));
    keepControlsColumn(root, life.signal);
    keepScrubber(root, model, life.signal);
    keepMenuSearch(root, model, life.signal);
    keepPresenter(root, life.signal);
    keepReasons(root, () => model.send({ kind: "dismiss" }), life.signal);
    keepRoom(root, life.signal);
    keepHeartbeat(bar, root, model, life.signal);
    takeRun(root).then(([taken, buffers]) => {
      model.send({ kind: "hello", language: navigator.language ?? "", ...taken }, undefined, buffers);
      playWhenItStands(root, Boolean(taken.saved), life.signal);
    });
  });
  return () => life.abort();
}

export default { render };
