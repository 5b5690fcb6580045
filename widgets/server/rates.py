"""How often each address may do something: a bucket of leave for each, which fills at a steady rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ADDRESSES = 10_000  # before those that have been quiet are forgotten


class Rates:
    """Leave for `per_second` on average and for `at_once` after a pause, for each address."""

    def __init__(self, per_second: float, at_once: float, clock: Callable[[], float]) -> None:
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._left: dict[str, tuple[float, float]] = {}  # how much there was, and when

    def take(self, address: str) -> bool:
        """Return whether `address` may do it once more, and count that."""
        if len(self._left) >= MOST_ADDRESSES:
            self._forget_quiet()
        left = self._now(address)
        self._left[address] = (max(left - 1, 0.0) if left >= 1 else left, self._clock())
        return left >= 1

    def _now(self, address: str) -> float:
        left, when = self._left.get(address, (self._at_once, self._clock()))
        return min(left + (self._clock() - when) * self._per_second, self._at_once)

    def _forget_quiet(self) -> None:
        self._left = {address: left for address, left in self._left.items() if self._now(address) < self._at_once}
