"""The time from choosing another language to all of the page being in it, while training plays on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.browser import chromium, serving, watched
from tests.bench.figures import Figure, p95
from tests.support.page_texts import watch_language_change

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = 6
LANGUAGES = ("zh", "en")
PLAYING_MS = 1500


def measure() -> Iterator[Figure]:
    """The p95 of a switch between English and Chinese on each host, by the part of the page that is last."""
    for name in ("voila", "lab"):
        with chromium() as browser, serving(name) as host, watched(browser, host, "epochs=1000000") as watch:
            watch.press_play()
            watch.page.wait_for_timeout(PLAYING_MS)
            taken = []
            for number in range(TIMES):
                taken += [_slowest(watch_language_change(watch.page, LANGUAGES[number % 2]))]
                watch.page.wait_for_timeout(PLAYING_MS)
        against = f"p95 of {TIMES}: from the click to control, title, notice and buttons being in the other language"
        yield Figure(f"language.{name}", p95(taken), "ms", 500, against, at_most=True)


def _slowest(took: dict[str, float | None]) -> float:
    return max(float("inf") if ms is None else ms for ms in took.values())
