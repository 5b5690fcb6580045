"""All charts of the page playing at full speed for a minute: frames, lag, and never two frames at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.browser import Traffic, Watched, chromium, serving, watched
from tests.bench.figures import Figure, p95

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SECONDS = 60
WINDOW_S = 10  # at the start and at the end, to tell whether the lag grows
LAG = "p95 from the kernel at a step to the page painted with it"
UNANSWERED = "frames under way at once, for all charts"


def measure() -> Iterator[Figure]:
    """Frames per second of each chart, the lag's p95 and its growth, and the frames under way at once."""
    with chromium() as browser, serving("voila") as host, watched(browser, host) as watch:
        watch.play_at_full_speed()
        watch.record()
        streamed = stream(watch, SECONDS)
    for panel, rate in streamed.rates.items():
        yield Figure(f"stream.frames.{panel}", rate, "frames/s", 8, f"{SECONDS} s at full speed in Voilà")
    lags = streamed.lags
    begin, end = lags[0][0], lags[-1][0]
    early = [lag for at, lag in lags if at < begin + 1000 * WINDOW_S]
    late = [lag for at, lag in lags if at > end - 1000 * WINDOW_S]
    yield Figure("stream.lag", streamed.lag, "ms", 200, LAG, at_most=True)
    windows = f"p95 of the last {WINDOW_S} s ({p95(late):.0f} ms) against the first {WINDOW_S} s ({p95(early):.0f} ms)"
    # One decimal: two windows of a steady stream differ by some percent.
    yield Figure("stream.lag_growth", round(p95(late) / p95(early), 1), "x", 1, windows, at_most=True)
    yield Figure("stream.unanswered", streamed.unanswered, "frames", 1, UNANSWERED, at_most=True)


@dataclass(frozen=True)
class Streamed:
    """The stream that reached a page: `rates` in frames/s by chart, `lags` as (unix ms, ms), most frames unanswered."""

    rates: dict[str, float]
    lags: list[tuple[float, float]]
    unanswered: int

    @property
    def lag(self) -> float:
        """The p95 of the lags, ms."""
        return p95([lag for _, lag in self.lags])


def stream(watch: Watched, seconds: float) -> Streamed:
    """Watches a page that plays and is recorded for so long."""
    before, first, started = watch.frames_drawn(), len(watch.traffic.messages), time.time()
    watch.page.wait_for_timeout(1000 * seconds)
    after, drawn = watch.frames_drawn(), watch.recorded()["drawn"]
    rates = {panel: (after[panel] - before[panel]) / seconds for panel in after}
    lags = _lags([row for row in drawn if row[0] >= 1000 * started], _times(watch.traffic, first))
    return Streamed(rates, lags, most_unanswered(watch.traffic.board(first)))


def _times(traffic: Traffic, first: int) -> dict[int, float]:
    """Return the time of each step that the kernel sent, unix milliseconds."""
    return {c["step"]: 1000 * c["time"] for c in traffic.board(first) if c["kind"] == "frame"}


def _lags(drawn: list[list[Any]], times: dict[int, float]) -> list[tuple[float, float]]:
    """(time, lag) in milliseconds for each step that a chart showed."""
    return [(at, at - times[step]) for at, _panel, step in drawn if step in times]


def most_unanswered(messages: Iterable[dict[str, Any]]) -> int:
    """Return the largest number of frames that had reached the page before it answered."""
    waiting: set[int] = set()
    most = 0
    for message in messages:
        if message["kind"] == "frame":
            waiting.add(message["frame"])
            most = max(most, len(waiting))
        else:
            waiting.discard(message["frame"])
    return most
