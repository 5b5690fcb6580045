"""Sixteen visitors at full speed at once, two of them in real browsers: what each of them gets."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.browser import EPOCHS, chromium, serving, watched
from tests.bench.figures import Figure, p95
from tests.bench.light_visitor import LightVisitor
from tests.bench.stream import Streaming

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BROWSERS, LIGHT = 2, 14
APART_S = 1.0  # between two visitors who come
SETTLED_S, MEASURED_S = 10.0, 30.0
PATIENCE_S = 180.0  # for the last visitor's first frame


@dataclass(frozen=True)
class Share:
    """What one visitor got: frames per second, the lag of each frame in ms, updates per second."""

    frames: float
    lags: Sequence[float]
    updates: float


def measure() -> Iterator[Figure]:
    """Frames, lag and updates of each visitor, and how soon the page was usable for those who came one a second."""
    with chromium() as browser, serving("voila") as host, ExitStack() as pages:
        watches = [pages.enter_context(watched(browser, host)) for _visitor in range(BROWSERS)]
        for watch in watches:
            watch.play_at_full_speed()
            watch.record()
        crowd = Crowd(host.server.url)
        crowd.come()
        watches[0].page.wait_for_timeout(1000 * SETTLED_S)
        began = time.time()
        streamings = [Streaming(watch) for watch in watches]
        watches[0].page.wait_for_timeout(1000 * MEASURED_S)
        shares = [_of_browser(streaming) for streaming in streamings]
        shares += [_of_light(visitor, began) for visitor in crowd.visitors]
        crowd.leave()
    yield from _figures(shares)
    usable = [visitor.usable_s for visitor in crowd.visitors]
    against = f"the longest of {LIGHT} who came one a second: from opening the page to its first frame"
    yield Figure("crowd.16.usable", max(usable), "s", 15, against, at_most=True)


class Crowd:
    """Visitors without a browser, who come one after the other and stay until they are told to leave."""

    def __init__(self, url: str) -> None:
        self.visitors = [LightVisitor(url, f"epochs={EPOCHS}") for _visitor in range(LIGHT)]
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._visit()))

    def come(self) -> None:
        """Returns when everybody has had a first frame."""
        self._thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not all(visitor.frames for visitor in self.visitors):
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TimeoutError("some visitors saw no frame")
            time.sleep(0.1)

    def leave(self) -> None:
        """Has everybody leave."""
        self._over.set()
        self._thread.join()

    async def _visit(self) -> None:
        visits = []
        for visitor in self.visitors:
            visits.append(asyncio.create_task(visitor.visit(self._over)))
            await asyncio.sleep(APART_S)
        await asyncio.gather(*visits)


def _of_browser(streaming: Streaming) -> Share:
    streamed = streaming.end()
    frames = [content for content in streaming.frames_and_answers() if content["kind"] == "frame"]
    steps = [(content["time"], content["step"]) for content in frames if content.get("time")]
    return Share(min(streamed.rates.values()), [lag for _at, lag in streamed.lags], _rate(steps))


def _of_light(visitor: LightVisitor, began: float) -> Share:
    frames = [frame for frame in visitor.frames if began <= frame[0] <= began + MEASURED_S]
    lags = [1000 * lag for _at, _step, lag in frames]
    return Share(len(frames) / MEASURED_S, lags, _rate([(at, step) for at, step, _lag in frames]))


def _rate(steps: Sequence[tuple[float, int]]) -> float:
    """Updates per second from the first to the last of (seconds, step)."""
    (begin, first), (end, last) = steps[0], steps[-1]
    return (last - first) / (end - begin)


def _figures(shares: Sequence[Share]) -> Iterator[Figure]:
    frames, updates = [share.frames for share in shares], [share.updates for share in shares]
    against = f"the fewest of {len(shares)} visitors, {BROWSERS} of them in Chromium; the most {max(frames):.1f}"
    yield Figure("crowd.16.frames", min(frames), "frames/s", 6, against)
    lags = [lag for share in shares for lag in share.lags]
    yield Figure("crowd.16.lag", p95(lags), "ms", 400, "p95 over all visitors", at_most=True)
    against = f"updates/s: {min(updates):,.0f} to {max(updates):,.0f}"
    yield Figure("crowd.16.fair", min(updates) / max(updates), "slowest/fastest", 0.7, against)
