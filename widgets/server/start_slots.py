"""Kernel starts under way: no more than a few at once, each timed."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SECONDS = 60.0  # a start that takes longer has met with something else, and no longer keeps others waiting
REMEMBERED = 20  # starts whose times are known; a machine's load changes


class StartSlots:
    """Room for `most` starts at once, and how long the last ones took."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._begun: dict[object, float] = {}
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def free(self) -> int:
        """How many starts may begin now."""
        return max(self._most - len(self._under_way()), 0)

    def begin(self) -> object:
        """Take a slot, also where none is free, and return what `end` takes."""
        start = object()
        self._begun[start] = self._clock()
        return start

    def end(self, start: object, succeeded: bool) -> None:
        """Free the slot of `start`; a second call does nothing."""
        begun = self._begun.pop(start, None)
        if begun is not None and succeeded:
            self._seconds.append(self._clock() - begun)

    def seconds_until_turn(self, position: int) -> float | None:
        """Return after how long the `position`-th from now may begin; None while no start has been timed.

        Starts are taken to last as long as the last ones did on average.
        """
        if not self._seconds:
            return None
        mean, now = sum(self._seconds) / len(self._seconds), self._clock()
        free_in = [max(mean - (now - begun), 0.0) for begun in self._under_way()]
        free_in += [0.0] * self.free
        heapify(free_in)
        for _before in range(position - 1):
            heapreplace(free_in, free_in[0] + mean)
        return free_in[0]

    def _under_way(self) -> list[float]:
        """Return when the starts that count began."""
        return [begun for begun in self._begun.values() if self._clock() - begun < MOST_SECONDS]
