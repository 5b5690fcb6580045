"""The thread that draws: the newest state, once the page has answered for the last frame.

It alone writes what the page shows. How often it draws is bounded by what drawing costs the kernel, so
that training keeps its throughput while somebody watches; what a person did is shown without that delay.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

from core.background_thread import BackgroundThread

log = logging.getLogger(__name__)

MOST_FRAMES_PER_SECOND = 30  # further ones are hardly seen
SHARE_OF_KERNEL = 0.025  # share of a core for composing frames; sending them and hearing the answers takes as much
ENOUGH_FRAMES_PER_SECOND = 12.5  # fewer look choppy
MOST_OF_KERNEL = 0.05  # share of a core that frames may use to reach ENOUGH_FRAMES_PER_SECOND
SHARE_AT_LEISURE = 0.25  # share of a core for composing frames where training leaves the machine idle
LOOK_SECONDS = 0.5  # seconds between two frames that nobody asked for: pages get lost silently


class FrameLoop:
    """A thread that calls `draw` after each `wake`, and now and then without.

    `is_at_leisure` says whether training leaves the machine idle, so that frames take nothing from it.
    """

    def __init__(self, draw: Callable[[], None], is_at_leisure: Callable[[], bool] = lambda: False) -> None:
        self._draw, self._is_at_leisure = draw, is_at_leisure
        self._awake = threading.Event()
        self._urgent = threading.Event()
        self._closed = False
        self._thread: BackgroundThread | None = None

    def start(self) -> None:
        """Start drawing. Further calls do nothing."""
        if self._thread is None and not self._closed:
            self._thread = BackgroundThread(self._work, "descent-lab-frames", end=self.close)
            self._thread.start()

    def wake(self, urgent: bool = False) -> None:
        """Ask for a frame, since something changed that the page should show; `urgent` if a person waits for it."""
        self._awake.set()
        if urgent:
            self._urgent.set()

    def close(self) -> None:
        """End the thread at its next turn."""
        self._closed = True
        self.wake(urgent=True)

    def _work(self) -> None:
        while not self._closed:
            self._awake.wait(LOOK_SECONDS)
            self._awake.clear()
            self._urgent.clear()
            started, spent = time.perf_counter(), time.thread_time()
            try:
                self._draw()
            except Exception:
                log.exception("a frame could not be drawn")  # the next one may
            interval = _interval(time.thread_time() - spent, self._is_at_leisure())
            self._urgent.wait(max(0.0, interval - (time.perf_counter() - started)))


def _interval(cost: float, is_at_leisure: bool) -> float:
    """Return the seconds between two frames if one takes `cost` seconds of a core."""
    if is_at_leisure:
        wanted = cost / SHARE_AT_LEISURE
    else:
        choppy = max(1 / ENOUGH_FRAMES_PER_SECOND, cost / MOST_OF_KERNEL)
        wanted = min(cost / SHARE_OF_KERNEL, choppy)
    return max(1 / MOST_FRAMES_PER_SECOND, wanted)
