// The page over the whole tab, for JupyterLab, where it is one cell among others.

import { element } from "../board/element.js";
import { closeByEscape } from "./escape.js";
import { follow, inVoila } from "./page.js";
import { followView, setView, viewSetting } from "./view_settings.js";

/** The buttons for it: one in JupyterLab, none on a page that has its tab to itself. Esc leaves. */
export function fullScreenButtons(root, model, signal) {
  if (inVoila()) return [];
  const isOpen = () => root.hasAttribute("popover");
  const isWanted = () => viewSetting(root, "full") === "on";
  const write = () => {
    const texts = model.get("texts");
    button.textContent = isOpen() ? texts.leave_full_screen : texts.full_screen;
  };
  const apply = () => {
    if (isWanted() && !isOpen()) openOverTab(root);
    else if (!isWanted() && isOpen()) closeOverTab(root);
    write();
  };
  const toggle = () => setView(root, "full", isWanted() ? undefined : "on", false);
  const leave = () => {
    if (!isOpen()) return false;
    toggle();
    return true;
  };
  const button = element("button", { type: "button", onclick: toggle });
  closeByEscape(root, "page", leave, signal);
  follow(model, ["texts"], write, signal);
  followView(root, ["full"], apply, signal);
  return [button];
}

/** The browser's top layer: over everything else of the tab, whatever clips the cell's output. */
function openOverTab(root) {
  root.popover = "manual";
  root.showPopover();
  layOutAnew(root);
  root.focus({ preventScroll: true });
}

/** Chromium leaves what is in a size container without a box when the page around it goes to the top layer. */
function layOutAnew(root) {
  const boards = [...root.querySelectorAll(".dl-board")];
  for (const board of boards) board.style.display = "none";
  root.getBoundingClientRect(); // has it laid out without them
  for (const board of boards) board.style.display = "";
}

function closeOverTab(root) {
  root.hidePopover();
  root.popover = null;
}
