"""All charts of the page playing at full speed for a minute: frames, lag, and never two frames at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.bench_browser import Traffic, chromium, serving, watched
from tests.bench_figures import Figure, p95

SECONDS = 60
WINDOW_S = 10  # at the start and at the end, to tell whether the lag grows


def measure() -> Iterator[Figure]:
    """Frames per second of each chart, the lag's p95 and its growth, and the frames under way at once."""
    with chromium() as browser, serving("voila") as host, watched(browser, host) as watch:
        watch.play_at_full_speed()
        watch.record()
        before, first = watch.frames_drawn(), len(watch.traffic.messages)
        watch.page.wait_for_timeout(1000 * SECONDS)
        after, drawn = watch.frames_drawn(), watch.recorded()["drawn"]
        traffic = watch.traffic
    for panel in after:
        rate = (after[panel] - before[panel]) / SECONDS
        yield Figure(f"stream.frames.{panel}", rate, "frames/s", 8, f"{SECONDS} s at full speed in Voilà")
    lags = _lags(drawn, _times(traffic, first))
    begin, end = lags[0][0], lags[-1][0]
    early = [lag for at, lag in lags if at < begin + 1000 * WINDOW_S]
    late = [lag for at, lag in lags if at > end - 1000 * WINDOW_S]
    of = "from the kernel at a step to the page painted with it"
    yield Figure("stream.lag", p95([lag for _, lag in lags]), "ms", 200, f"p95 {of}", at_most=True)
    windows = f"p95 of the last {WINDOW_S} s ({p95(late):.0f} ms) against the first {WINDOW_S} s ({p95(early):.0f} ms)"
    # One decimal: two windows of a steady stream differ by some percent.
    yield Figure("stream.lag_growth", round(p95(late) / p95(early), 1), "x", 1, windows, at_most=True)
    most = most_unanswered(traffic.board(first))
    yield Figure("stream.unanswered", most, "frames", 1, "frames under way at once, for all charts", at_most=True)


def _times(traffic: Traffic, first: int) -> dict[int, float]:
    """When the kernel stood at each step that it sent, unix milliseconds."""
    return {c["step"]: 1000 * c["time"] for c in traffic.board(first) if c["kind"] == "frame"}


def _lags(drawn: list[list[Any]], times: dict[int, float]) -> list[tuple[float, float]]:
    """(time, lag) in milliseconds for each step that a chart showed."""
    return [(at, at - times[step]) for at, _panel, step in drawn if step in times]


def most_unanswered(messages: Iterable[dict[str, Any]]) -> int:
    """How many frames at most had reached the page without its having answered."""
    waiting: set[int] = set()
    most = 0
    for message in messages:
        if message["kind"] == "frame":
            waiting.add(message["frame"])
            most = max(most, len(waiting))
        else:
            waiting.discard(message["frame"])
    return most
