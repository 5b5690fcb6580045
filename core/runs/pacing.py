"""Pacing: steps at a set pace, or as many as fit in a short compiled call, and the rate that comes of it."""

from __future__ import annotations

import time
from collections import deque
from statistics import median

import numpy as np

CALL_SECONDS = 0.02  # what one compiled call should take, so that pause and live settings get through
CALL_IN_TURNS = 0.005  # the same where others wait: the last one of a turn lasts into the next run's
MOST_WAITING = 8  # times what a call computes it may have waited for a core
TICK_SECONDS = 1 / 60  # at a set pace, how often due steps are taken


class Pacer:
    """Turns a pace in steps per second into steps due at each tick; late steps are not made up in a burst."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._owed = 0.0
        self._wait = TICK_SECONDS

    def reset(self) -> None:
        """Forgets what is owed: the next tick starts afresh."""
        self._last, self._owed = None, 0.0

    def due(self, pace: float, at_most: int) -> int:
        """Whole steps owed since the last tick at `pace` steps per second, `at_most` of them."""
        now = time.perf_counter()
        self._owed += pace * (now - self._last) if self._last is not None else 1.0
        self._last = now
        steps = min(int(self._owed), at_most)
        self._owed = min(self._owed - steps, 1.0)
        self._wait = max(TICK_SECONDS, (1.0 - self._owed) / pace)
        return steps

    def seconds_left(self) -> float:
        """Returns the seconds until the next tick."""
        return self._wait


class CallLength:
    """The number of steps that fit in a compiled call of about `seconds`, learnt from the calls made."""

    def __init__(self, longest: int) -> None:
        self.steps, self.seconds = 1, CALL_SECONDS
        self._longest = longest
        # Of the last calls, whose median counts: one that was interrupted by a frame says nothing of the next.
        self._seconds_per_step: deque[float] = deque(maxlen=3)

    def learn(self, steps: int, seconds: float) -> None:
        """Takes the length of a call into account; growth is at most fourfold a call."""
        self._seconds_per_step.append(seconds / steps)
        fitting = int(self.seconds / max(median(self._seconds_per_step), 1e-9))
        if steps >= self.steps or fitting < self.steps:
            self.steps = int(np.clip(fitting, 1, min(4 * self.steps, self._longest)))


class CallTimer:
    """Times a call: the seconds that pass, and those in which it computes, an eighth of them at least.

    A call that waits for a core says nothing of its steps: measured by the clock on the wall, calls would grow shorter
    the busier the machine is, until all they cost is the calling. One that waits for a GPU does compute.
    """

    def __init__(self) -> None:
        self._passed, self._computed = time.perf_counter(), time.process_time()

    def stop(self) -> tuple[float, float]:
        """Returns the seconds that passed up to now, and those that count as computed."""
        passed = time.perf_counter() - self._passed
        return passed, min(max(time.process_time() - self._computed, passed / MOST_WAITING), passed)


class RateMeter:
    """Steps per second over about the last second."""

    def __init__(self, window_seconds: float = 1.0) -> None:
        self._window = window_seconds
        self._ticks: list[tuple[float, int]] = []
        self._total = 0

    def reset(self) -> None:
        """Forgets what was counted."""
        self._ticks, self._total = [], 0

    def count(self, steps: int) -> None:
        """Counts `steps` taken just now."""
        self._total += steps
        now = time.perf_counter()
        self._ticks = [t for t in self._ticks if now - t[0] <= self._window] + [(now, self._total)]

    def per_second(self) -> float | None:
        """The mean rate over the window; None until two counts are in it."""
        ticks = self._ticks
        if len(ticks) < 2 or ticks[-1][0] <= ticks[0][0]:
            return None
        return (ticks[-1][1] - ticks[0][1]) / (ticks[-1][0] - ticks[0][0])


class Stopwatch:
    """A stopwatch that adds up. One thread runs it, any may read it."""

    def __init__(self) -> None:
        self._state: tuple[float, float | None] = (0.0, None)  # seconds until it last stopped, since when it goes on

    def run(self, going: bool) -> None:
        """Starts the stopwatch if `going`, otherwise stops it."""
        self._state = (self.seconds(), time.perf_counter() if going else None)

    def reset(self) -> None:
        """Sets it back to zero; if it runs, it runs on from there."""
        self._state = (0.0, None if self._state[1] is None else time.perf_counter())

    def seconds(self) -> float:
        """Returns the seconds in which it ran."""
        before, since = self._state
        return before + (0.0 if since is None else time.perf_counter() - since)
