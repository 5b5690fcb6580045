"""What a page in the pseudo-locale shows outside brackets, and what of its texts does not fit into its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Not texts: formulas, a person's or a data set's own words, what Keras calls layers and languages themselves.
DATA = (
    "math, .dl-written, .dl-candidate b, .dl-languages, [data-panel=attention] .xtick, [data-panel=attention] .ytick,"
    " [data-panel=layers] .legendtext, [data-panel=layers] .annotation-text"
)

UNITS = "kB|MB|GB|ms"  # the same in every language

ROOM_OF = """(element) => {
  const panel = element.closest(".dl-card")?.querySelector("[data-panel]")?.dataset.panel;
  if (panel) return `chart ${panel}`;
  const rooms = ["help", "header", "notice", "upload", "control-card", "transport", "strip", "formula", "cards"];
  return rooms.find((room) => element.closest(`.dl-${room}`)) ?? "page";
}"""

# Brackets may open in one text node and close in a later one of the same line: each line counts its own.
BARE = f"""(data) => {{
  const roomOf = {ROOM_OF};
  const root = document.querySelector(".dl-root");
  const found = {{}};
  const report = (element, text) => {{
    const texts = (found[roomOf(element)] ??= []);
    if (!texts.includes(text)) texts.push(text);
  }};
  const lineOf = (element) => {{
    while (!element.matches("svg text") && /^(inline|contents)$/.test(getComputedStyle(element).display)
      && element !== root && element.localName !== "option") element = element.parentElement;
    return element;
  }};
  const depths = new Map();
  const bare = (text, line) => {{
    let depth = depths.get(line) ?? 0;
    let outside = "";
    for (const sign of text) {{
      if (sign === "⟦") depth += 1;
      if (depth === 0) outside += sign;
      if (sign === "⟧") depth -= 1;
    }}
    depths.set(line, depth);
    return /\\p{{L}}{{2,}}/u.test(outside.replace(/\\b({UNITS})\\b/g, ""));
  }};
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const {{ parentElement: element, textContent: text }} = walker.currentNode;
    if (element.closest(`style, script, ${{data}}`)) continue;
    const shown = element.localName === "option" ? element.closest("select") : element;
    if (bare(text, lineOf(element)) && shown.checkVisibility({{ opacityProperty: true, visibilityProperty: true }}))
      report(element, text.trim());
  }}
  for (const name of ["aria-label", "title", "placeholder", "data-title", "aria-valuetext"]) {{
    for (const element of root.querySelectorAll(`[${{name}}]`)) {{
      if (element.closest(data) || !element.checkVisibility()) continue;
      const text = element.getAttribute(name);
      if (bare(text, text)) report(element, `${{name}}: ${{text}}`);
    }}
  }}
  return found;
}}"""

TEXTS = (
    ".dl-header *, .dl-control-card *, .dl-transport *, .dl-strip *, .dl-cards *, .dl-notice *,"
    " .dl-card-title, .dl-card-note, .dl-switch, .dl-switch button"
)

# A line that ends in an ellipsis may be cut if its whole text can be read: pointed at, or opened by a click.
TOLD_WHOLE = """(element) => [element, ...element.querySelectorAll("*")].some((part) =>
  getComputedStyle(part).textOverflow === "ellipsis"
    && (part.title === part.textContent || part.closest("summary") !== null))"""

CLIPPED = f"""(texts) => {{
  const roomOf = {ROOM_OF};
  const isToldWhole = {TOLD_WHOLE};
  const found = {{}};
  for (const element of document.querySelector(".dl-root").querySelectorAll(texts)) {{
    const {{ display, overflowX }} = getComputedStyle(element);
    if (display.startsWith("inline") && element.localName !== "button") continue;
    if (/auto|scroll/.test(overflowX) || element.closest(".noUi-target, svg") || !element.checkVisibility()) continue;
    if (!element.textContent.trim()) continue;
    if (isToldWhole(element)) continue;
    const said = `${{element.className || element.localName}}: ${{element.textContent.trim().slice(0, 60)}}`;
    if (element.scrollWidth > element.clientWidth + 1) (found[roomOf(element)] ??= []).push(said);
  }}
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) (found.page ??= []).push(`${{page.scrollWidth}} px wide`);
  return found;
}}"""


def bare_texts(page: Page) -> dict[str, list[str]]:
    """Return what can be read on the page outside brackets, by the part of the page it is in."""
    return page.evaluate(BARE, DATA)


def clipped_texts(page: Page) -> dict[str, list[str]]:
    """Return the elements whose text is wider than they are, by the part of the page they are in."""
    return page.evaluate(CLIPPED, TEXTS)


def watch_language_change(page: Page, tag: str) -> dict[str, Any]:
    """Press the language's button; milliseconds until each kind of text is another one, None if never."""
    return page.evaluate(CHANGE, tag)


CHANGE = """async (tag) => {
  const texts = {
    control: () => document.querySelector(".dl-field-learning-rate .widget-label").textContent,
    play: () => document.querySelector(".dl-play").textContent,
    title: () => document.querySelector("[data-panel=loss]").closest(".dl-card").querySelector("h2").textContent,
    notice: () => document.querySelector("[data-dl-slot=notice-title]").textContent,
    modebar: () => document.querySelector("[data-panel=loss] .modebar-btn").dataset.title,
  };
  const took = Object.fromEntries(Object.keys(texts).map((name) => [name, null]));
  const before = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text()]));
  const start = performance.now();
  document.querySelector(`.dl-languages [lang=${tag}]`).click();
  while (Object.values(took).includes(null) && performance.now() - start < 10000) {
    await new Promise(requestAnimationFrame);
    for (const [name, text] of Object.entries(texts))
      if (took[name] === null && text() !== before[name]) took[name] = performance.now() - start;
  }
  return took;
}"""
