// View settings: how the page looks, kept apart from what is trained.
//
// A link says them in its key `view`, as "theme:dark,projector:on"; they count for this page only. What a person
// chooses is remembered by the browser as well. A value is a text without commas. The settings in use stand at the
// page's root, since each widget has a module of its own; a change is the event `dl-view` there.

import { openedWith } from "./page.js";

const VIEW_KEY = "descent-lab.view";
const LONGEST_VIEW = 2000; // characters

/** The value of a setting of the page at `root`; undefined if it is as the page comes. */
export function viewSetting(root, name) {
  return settingsOf(root).get(name);
}

/** Chooses a value, undefined for the page's own, remembers it if `isKept`, and says so by `dl-view` { name, value }. */
export function setView(root, name, value, isKept = true) {
  if (viewSetting(root, name) === value) return;
  putView(settingsOf(root), name, value);
  if (isKept) rememberView(name, value);
  root.dispatchEvent(new CustomEvent("dl-view", { detail: { name, value } }));
}

/** Calls `show` now and whenever one of the settings changes, until the view is gone. */
export function followView(root, names, show, signal) {
  root.addEventListener("dl-view", ({ detail }) => names.includes(detail.name) && show(), { signal });
  show();
}

/** All settings of the page but the undefined ones, as an object. */
export function allViewSettings(root) {
  return Object.fromEntries(settingsOf(root));
}

/** A link's query that opens the page with `settings` too. */
export function withView(query, settings) {
  const said = Object.entries(settings).map(([name, value]) => `${name}:${encodeURIComponent(value)}`);
  return [query, said.length && `view=${said.join(",")}`].filter(Boolean).join("&");
}

function settingsOf(root) {
  root.dlView ??= new Map([...rememberedView(), ...viewInLink()]);
  return root.dlView;
}

function putView(settings, name, value) {
  if (value === undefined) settings.delete(name);
  else settings.set(name, value);
}

function viewInLink() {
  const text = new URLSearchParams(openedWith()).get("view") ?? "";
  const pairs = text.slice(0, LONGEST_VIEW).split(",").map((part) => /^([a-z]+):(.*)$/.exec(part));
  return pairs.filter(Boolean).map(([, name, value]) => [name, value]);
}

function rememberedView() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(VIEW_KEY)) ?? {});
    return kept.filter(([, value]) => typeof value === "string");
  } catch {
    return []; // no storage, or nothing of ours in it
  }
}

function rememberView(name, value) {
  const kept = new Map(rememberedView());
  putView(kept, name, value);
  try {
    localStorage.setItem(VIEW_KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // no storage: it counts for this page only
  }
}
