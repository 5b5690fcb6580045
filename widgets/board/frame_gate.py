"""Lets one frame at a time through to the page: the next only after the browser has answered for the last.

So the lag between kernel and screen is bounded by construction, however slow the browser:
frames are dropped before they are made, never queued.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOST_AFTER_S = 30.0  # a frame unanswered for so long counts as lost, so that a page that comes back is drawn to
RATE_WINDOW_S = 2.0


class FrameGate:
    """The acknowledgement protocol of one stream of numbered frames. Thread-safe, knows no widget.

    `clock` returns seconds; it is read only when something happens, never at construction.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._is_open = False
        self._number = 0
        self._sent_at: float | None = None
        self._age_s = 0.0
        self._lag_s: float | None = None
        self._drawn_at: deque[float] = deque(maxlen=1000)

    def __repr__(self) -> str:
        return f"FrameGate(frame={self._number}, ready={self.ready}, waiting={self.waiting})"

    def open(self) -> None:
        """Let frames pass: someone looks. A frame still on its way to an earlier view is forgotten."""
        with self._changed:
            self._is_open, self._sent_at = True, None
            self._changed.notify_all()

    def close(self) -> None:
        """Let no frame pass and wait for none: nobody looks."""
        with self._changed:
            self._is_open, self._sent_at = False, None

    @property
    def waiting(self) -> bool:
        """True while a frame is on its way and not yet answered."""
        return self._sent_at is not None

    @property
    def ready(self) -> bool:
        """True if a frame would pass now."""
        return self._is_open and (not self.waiting or self.seconds_since_ack() >= LOST_AFTER_S)

    def wait_ready(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until a frame may pass; return True if one may."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ready, timeout)

    def admit(self, age_s: float = 0.0) -> int | None:
        """Return the number of the frame that may be sent now, or None when none may.

        `age_s` is how long ago the state was that it shows, which counts towards its lag.
        """
        with self._changed:
            if not self.ready:
                return None
            self._number += 1
            self._sent_at, self._age_s = self._clock(), age_s
            return self._number

    def acknowledge(self, number: int, drawn: bool) -> None:
        """Take the page's answer. Late, repeated and invented answers change nothing."""
        with self._changed:
            if self._sent_at is None or number != self._number:
                return
            now = self._clock()
            if drawn:
                self._lag_s = now - self._sent_at + self._age_s
                self._drawn_at.append(now)
            self._sent_at = None
            self._changed.notify_all()

    def seconds_since_ack(self) -> float:
        """Seconds since the page owes an answer; 0 when it owes none."""
        sent_at = self._sent_at
        return 0.0 if sent_at is None else self._clock() - sent_at

    def frames_per_second(self) -> float | None:
        """Frames drawn per second over the last 2 s, or None before the first was drawn."""
        with self._changed:
            if not self._drawn_at:
                return None
            since = self._clock() - RATE_WINDOW_S
            return sum(at > since for at in self._drawn_at) / RATE_WINDOW_S

    def lag_ms(self) -> float | None:
        """Milliseconds from the state that the newest drawn frame shows to its answer, or None before the first."""
        lag_s = self._lag_s
        return None if lag_s is None else 1000 * lag_s
