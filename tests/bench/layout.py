"""Five screens: what is in sight, the smallest text for a room, what moves while playing, how soon a change settles."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench.browser import AT_REST, PREPARED_TIMEOUT_MS, chromium, serving
from tests.bench.figures import Figure
from tests.support.page_layout import HANDS, STAGES, Stage, hidden_of, shifts, smallest_text, watch_shifts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.browser import Host

PROBLEMS = ("regression", "digits")  # a surface and a model
PLAYING_MS = 5000
QUIET_MS = 1500  # without a change of the layout: the page has settled
REST_MS = 2000

# Notes when what a person sees of the layout last changed. `began` is the press, or where a run has to be built, when
# its first numbers were there.
WATCH_SETTLING = """(waitsForRun) => {
  const root = document.querySelector(".dl-root");
  const look = () => JSON.stringify([root.lang, root.dataset.theme, getComputedStyle(root).backgroundColor,
    [...root.querySelectorAll(".dl-bar, .dl-card, .dl-control-card, .dl-formula, .dl-header")].map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return [x, y, width, height].map(Math.round);
    }),
    [...root.querySelectorAll(".dl-card-title, .dl-control-card h2, .xtitle")].map((part) =>
      [part.textContent, getComputedStyle(part).color, getComputedStyle(part).fill])]);
  const state = globalThis.settling = { began: undefined, last: undefined, changed: 0 };
  const press = () => (state.began = performance.now());
  addEventListener(waitsForRun ? "change" : "click", press, { capture: true, once: true });
  let before = look();
  const watch = () => {
    const now = performance.now();
    if (state.began && waitsForRun && root.style.getPropertyValue("--dl-charts") !== "1") state.began = now;
    const after = look();
    if (after !== before) [before, state.last, state.changed] = [after, now, state.changed + 1];
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
}"""
SETTLED = """(quiet) => settling.began !== undefined && settling.changed > 0
  && performance.now() - Math.max(settling.began, settling.last) > quiet"""
TOOK = "Math.max(0, settling.last - settling.began)"


def measure() -> Iterator[Figure]:
    """The five screens, and the changes of a page."""
    for name, stage in STAGES.items():
        with chromium() as browser, serving(stage.host) as host:
            yield from _screen(browser, host, name, stage)
            if name == "desk":
                yield from _changes(browser, host)


def _screen(browser: Browser, host: Host, name: str, stage: Stage) -> Iterator[Figure]:
    hidden, moved, smallest = [], 0.0, (float("inf"), "")
    for problem in PROBLEMS:
        with _opened(browser, host, stage, f"problem={problem}") as page:
            hidden += [f"{problem}: {part}" for part in hidden_of(page, stage)]
            watch_shifts(page)
            page.locator(".dl-play").click()
            page.wait_for_timeout(PLAYING_MS)
            hidden += [f"{problem}, playing: {part}" for part in hidden_of(page, stage)]
            moved += sum(value for value, _moved in shifts(page))
            smallest = min(smallest, smallest_text(page))
    of = f"of {', '.join(HANDS)} and {stage.charts} lead charts; hidden: {', '.join(hidden) or 'none'}"
    yield Figure(f"layout.{name}.hidden", len(hidden), "parts", 0, of, at_most=True)
    yield Figure(
        f"layout.{name}.shifts", moved, "", 0, "cumulative layout shift of 5 s of playing, twice", at_most=True
    )
    if stage.view:
        yield Figure(f"layout.{name}.text", smallest[0], "px", 14, f"the smallest text in sight: {smallest[1]!r}")


def _changes(browser: Browser, host: Host) -> Iterator[Figure]:
    with _opened(browser, host, STAGES["desk"], "epochs=1000") as page:
        for name, waits, change in (
            ("theme", False, lambda: page.get_by_role("button", name="Dark theme").click()),
            ("language", False, lambda: page.locator(".dl-languages button").first.click()),
            ("problem", True, lambda: page.locator(".dl-field-problem select").select_option(index=1)),
        ):
            page.evaluate(WATCH_SETTLING, waits)
            change()
            page.wait_for_function(SETTLED, arg=QUIET_MS, timeout=PREPARED_TIMEOUT_MS)
            after = "the run's first numbers" if waits else "the press"
            against = f"from {after} until nothing of the layout changes any more"
            yield Figure(f"layout.{name}", page.evaluate(TOOK), "ms", 300, against, at_most=True)


@contextmanager
def _opened(browser: Browser, host: Host, stage: Stage, query: str) -> Iterator[Page]:
    """The page on `stage`, once it stands and is at rest."""
    with browser.new_context(viewport=stage.size, locale="en-US") as context:
        page = context.new_page()
        try:
            host.open(page, "&".join(part for part in (query, stage.view) if part))
            page.wait_for_function("Number(document.querySelector('.dl-chart').dataset.frames) > 0")
            page.wait_for_function(AT_REST, arg=REST_MS, timeout=PREPARED_TIMEOUT_MS)
            page.locator(".dl-root").evaluate("root => root.scrollIntoView()")
            yield page
        finally:
            host.leave(page)
