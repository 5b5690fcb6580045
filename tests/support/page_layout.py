"""What of the page is in sight without scrolling, how small its text is, and what moves it about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize


@dataclass(frozen=True)
class Stage:
    """A screen on which the page is watched: its host, size and view settings, and how many charts must be in sight."""

    host: str
    size: ViewportSize
    view: str = ""
    charts: int = 2


STAGES = {
    "desk": Stage("voila", {"width": 1440, "height": 900}),
    "projector": Stage("voila", {"width": 1280, "height": 720}, "view=projector:on"),
    "large": Stage("voila", {"width": 1920, "height": 1080}),
    "lab": Stage("lab", {"width": 1600, "height": 1000}),
    "phone": Stage("voila", {"width": 420, "height": 900}, charts=1),
}
HANDS = {
    "Play": ".dl-play",
    "learning rate": ".dl-rate [role=slider]",
    "verdict": ".dl-notice-title",
}
LEAD = ".dl-card[data-role=lead] .dl-card-body"

# An element is in sight if its corners and its middle are, and nothing lies over them.
IN_SIGHT = """(element) => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const inset = 2;
  const places = [[left + inset, top + inset], [right - inset, top + inset], [left + inset, bottom - inset],
    [right - inset, bottom - inset], [(left + right) / 2, (top + bottom) / 2]];
  return right - left > 2 * inset && places.every(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element));
  });
}"""

SMALLEST = """() => {
  const walker = document.createTreeWalker(document.querySelector(".dl-root"), NodeFilter.SHOW_TEXT);
  let smallest = [Infinity, ""];
  while (walker.nextNode()) {
    const { parentElement: element, textContent: text } = walker.currentNode;
    if (!text.trim() || element.closest("style, script, option")) continue;
    const { width, height, bottom, top } = element.getBoundingClientRect();
    if (!width || !height || bottom < 0 || top > innerHeight || !element.checkVisibility({ visibilityProperty: true }))
      continue;
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (size < smallest[0]) smallest = [size, text.trim()];
  }
  return smallest;
}"""

WATCH_SHIFTS = """() => {
  globalThis.shifts = [];
  const named = ({ node }) => node?.nodeType === 1 ? node.className : node?.parentElement?.className;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries())
      if (!hadRecentInput) shifts.push([value, sources.map((source) => String(named(source)))]);
  }).observe({ type: "layout-shift" });
}"""


def hidden_of(page: Page, stage: Stage) -> list[str]:
    """The names of what must be in sight on `stage` and is not."""
    parts = {name: page.locator(selector).first for name, selector in HANDS.items()}
    parts |= {f"chart {number + 1}": page.locator(LEAD).nth(number) for number in range(stage.charts)}
    return [name for name, part in parts.items() if not part.evaluate(IN_SIGHT)]


def smallest_text(page: Page) -> tuple[float, str]:
    """The size in px of the smallest text in sight, and that text."""
    size, text = page.evaluate(SMALLEST)
    return float(size), text


def watch_shifts(page: Page) -> None:
    """From now on what moves by itself is noted."""
    page.evaluate(WATCH_SHIFTS)


def shifts(page: Page) -> list[tuple[float, list[str]]]:
    """What has moved since `watch_shifts`: each layout shift's score and the classes of what it moved."""
    return [(value, moved) for value, moved in page.evaluate("globalThis.shifts")]
