// The page over the whole tab, for JupyterLab, where it is one cell among others.

import { element } from "../board/element.js";
import { follow, inVoila } from "./page.js";

/** The buttons for it: one in JupyterLab, none on a page that has its tab to itself. Esc leaves. */
export function fullScreenButtons(root, model, signal) {
  if (inVoila()) return [];
  const isOpen = () => root.hasAttribute("popover");
  const write = () => {
    const texts = model.get("texts");
    button.textContent = isOpen() ? texts.leave_full_screen : texts.full_screen;
  };
  const toggle = () => {
    if (isOpen()) closeOverTab(root);
    else openOverTab(root);
    write();
  };
  const button = element("button", { type: "button", onclick: toggle });
  const leave = (event) => {
    if (event.key === "Escape" && isOpen() && !event.defaultPrevented && !event.target.closest?.("dialog[open]")) toggle();
  };
  root.addEventListener("keydown", leave, { signal });
  follow(model, ["texts"], write, signal);
  return [button];
}

/** The browser's top layer: over everything else of the tab, whatever clips the cell's output. */
function openOverTab(root) {
  root.popover = "manual";
  root.showPopover();
  root.focus({ preventScroll: true });
}

function closeOverTab(root) {
  root.hidePopover();
  root.popover = null;
}
