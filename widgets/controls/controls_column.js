// The column of controls: beside the charts, folded away, or a drawer over them where the page is narrow or for a room.

import { whenThere } from "./page.js";
import { followView, setView, viewSetting } from "./view_settings.js";

const NARROW_EM = 60; // below, charts beside a column would be too small

/** Keeps the column where it belongs, as `data-controls` of the page, and its button saying whether it is open. */
export function keepControlsColumn(root, signal) {
  let column, button;
  let wasOpen = false; // as the button was pressed: the drawer closes by itself at any press beside it
  const isNarrow = () => root.clientWidth < NARROW_EM * Number.parseFloat(getComputedStyle(root).fontSize);
  const isDrawer = () => isNarrow() || viewSetting(root, "projector") === "on";
  const isFolded = () => viewSetting(root, "controls") === "folded";
  const say = () => {
    const open = isDrawer() ? column.matches(":popover-open") : !isFolded();
    button.setAttribute("aria-expanded", String(open));
  };
  const apply = () => {
    const place = isDrawer() ? "drawer" : isFolded() ? "folded" : "column";
    if (root.dataset.controls !== place) {
      root.dataset.controls = place;
      column.popover = place === "drawer" ? "auto" : null; // over everything else; closes by Esc or a press beside it
    }
    say();
  };
  const fold = () => {
    if (!isDrawer()) setView(root, "controls", isFolded() ? undefined : "folded");
    else if (!wasOpen) column.togglePopover();
    wasOpen = false;
  };
  const notePress = () => (wasOpen = isDrawer() && column.matches(":popover-open"));
  const start = () => {
    button.addEventListener("pointerdown", notePress, { signal });
    button.addEventListener("click", fold, { signal });
    column.addEventListener("toggle", say, { signal });
    followView(root, ["controls", "projector"], apply, signal);
    const sizes = new ResizeObserver(apply);
    sizes.observe(root);
    signal.addEventListener("abort", () => sizes.disconnect());
  };
  whenThere(root, [".dl-controls", ".dl-controls-button"], signal).then((parts) => {
    [column, button] = parts;
    start();
  });
}
