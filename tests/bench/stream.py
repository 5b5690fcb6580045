"""All charts of the page playing at full speed for a minute, and at a set pace: frames, lag, one frame at a time."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.bench.browser import Traffic, Watched, chromium, serving, watched
from tests.bench.figures import Figure, p95, percentile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SECONDS = 60
PACED_SECONDS = 20
PACE = 1000  # steps/s, the fastest at which training leaves the machine idle
WINDOW_S = 10  # at the start and at the end, to tell whether the lag grows
LAG = "p95 from the kernel at a step to the page painted with it"
UNANSWERED = "frames under way at once, for all charts"


def measure() -> Iterator[Figure]:
    """Frames per second of each chart, the lag's p95 and its growth, and the frames under way at once."""
    with chromium() as browser, serving("voila") as host, watched(browser, host) as watch:
        watch.play_at_full_speed()
        watch.record()
        streamed = stream(watch, SECONDS)
        paced = stream_at_pace(watch)
    for panel, rate in streamed.rates.items():
        yield Figure(f"stream.frames.{panel}", rate, "frames/s", 12, f"{SECONDS} s at full speed in Voilà")
    yield from paced_figures("stream", min(paced.rates.values()), 24, paced)
    lags = streamed.lags
    begin, end = lags[0][0], lags[-1][0]
    early = [lag for at, lag in lags if at < begin + 1000 * WINDOW_S]
    late = [lag for at, lag in lags if at > end - 1000 * WINDOW_S]
    yield Figure("stream.lag", streamed.lag, "ms", 120, LAG, at_most=True)
    windows = f"p95 of the last {WINDOW_S} s ({p95(late):.0f} ms) against the first {WINDOW_S} s ({p95(early):.0f} ms)"
    # One decimal: two windows of a steady stream differ by some percent.
    yield Figure("stream.lag_growth", round(p95(late) / p95(early), 1), "x", 1, windows, at_most=True)
    yield Figure("stream.unanswered", streamed.unanswered, "frames", 1, UNANSWERED, at_most=True)


def stream_at_pace(watch: Watched) -> Streamed:
    """The stream of a page that plays and is recorded, at `PACE` steps per second."""
    watch.set_pace(PACE)
    return stream(watch, PACED_SECONDS)


def paced_figures(name: str, rate: float, enough: float, paced: Streamed) -> Iterator[Figure]:
    """Frames per second of a chart, the gaps between its frames, and the lag, at a set pace."""
    at_pace = f"{PACED_SECONDS} s at {PACE} steps/s in Voilà"
    yield Figure(f"{name}.frames.paced", rate, "frames/s", enough, at_pace)
    yield Figure(f"{name}.gap.paced", paced.gap, "ms", 150, "p99 between two frames of a chart", at_most=True)
    yield Figure(f"{name}.lag.paced", paced.lag, "ms", 120, LAG, at_most=True)


@dataclass(frozen=True)
class Streamed:
    """The stream that reached a page.

    `rates` are frames/s by chart, `gaps` the ms between two frames of a chart, `lags` (unix ms, ms), `unanswered` the
    most frames that were under way at once.
    """

    rates: dict[str, float]
    gaps: list[float]
    lags: list[tuple[float, float]]
    unanswered: int

    @property
    def gap(self) -> float:
        """The p99 of the gaps, ms."""
        return percentile(self.gaps, 99)

    @property
    def lag(self) -> float:
        """The p95 of the lags, ms."""
        return p95([lag for _, lag in self.lags])


def stream(watch: Watched, seconds: float) -> Streamed:
    """Watches a page that plays and is recorded for so long."""
    streaming = Streaming(watch)
    watch.page.wait_for_timeout(1000 * seconds)
    return streaming.end()


class Streaming:
    """A page that plays and is recorded, watched from the making of this object to its `end`."""

    def __init__(self, watch: Watched) -> None:
        self._watch, self._before = watch, watch.frames_drawn()
        self._first, self._started = len(watch.traffic.messages), time.time()

    def end(self) -> Streamed:
        """The stream since the beginning."""
        watch, seconds = self._watch, time.time() - self._started
        after, drawn = watch.frames_drawn(), watch.recorded()["drawn"]
        rates = {panel: (after[panel] - self._before[panel]) / seconds for panel in after}
        drawn = [row for row in drawn if row[0] >= 1000 * self._started]
        lags = _lags(drawn, _times(watch.traffic, self._first))
        return Streamed(rates, _gaps(drawn), lags, most_unanswered(self.frames_and_answers()))

    def frames_and_answers(self) -> Iterator[dict[str, Any]]:
        """What the board and the page have said to each other since the beginning."""
        return self._watch.traffic.board(self._first)


def _gaps(drawn: list[list[Any]]) -> list[float]:
    """Return the milliseconds between two paints of a chart that show different steps."""
    at: dict[str, list[float]] = defaultdict(list)
    for time_ms, panel, _step in drawn:
        at[panel].append(time_ms)
    return [after - before for times in at.values() for before, after in pairwise(times)]


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
