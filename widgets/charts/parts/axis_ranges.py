"""Axis ranges that do not jump from frame to frame."""

from __future__ import annotations

import math

import numpy as np

FULL_ENOUGH = 0.3  # the data must fill this share of an axis, or the range is drawn anew
COARSE = 0.2  # of the data's span: the largest step in which the ends of a range move


class SteadyRange:
    """Keeps a range while the data fit in it and fill a fair share of it; else widens or narrows at once.

    A new range ends at round numbers and has room to spare (`room`, a share of the data's span, on each side, at most
    a fifth), so that it lasts: the page lays out the whole chart for each new one.
    """

    def __init__(self, room: float = 0.12) -> None:
        self._room = room
        self._range: tuple[float, float] | None = None

    def fit(self, low: float, high: float) -> list[float]:
        """The range to show for data between `low` and `high`."""
        if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
            middle, half = (low + high) / 2, 1e-3 * abs(low) or 1.0
            low, high = middle - half, middle + half
        if self._range is None or not self._holds(low, high):
            self._range = self._around(low, high)
        return list(self._range)

    def _around(self, low: float, high: float) -> tuple[float, float]:
        room, step = self._room * (high - low), nice_floor(COARSE * (high - low))
        return math.floor((low - room) / step) * step, math.ceil((high + room) / step) * step

    def _holds(self, low: float, high: float) -> bool:
        assert self._range is not None
        bottom, top = self._range
        return bottom <= low and high <= top and high - low >= FULL_ENOUGH * (top - bottom)


def nice_floor(value: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is at most `value` (> 0)."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(n * power for n in (5, 2, 1, 0.5) if n * power <= value * (1 + 1e-12))


def nice_ceiling(value: float) -> float:
    """The smallest of 1, 2, 4, 6, 8 or 10 times a power of ten that is at least `value` (> 0)."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(n * power for n in (1, 2, 4, 6, 8, 10, 20) if n * power >= value * (1 - 1e-12))


def finite_extent(*arrays: np.ndarray) -> tuple[float, float] | None:
    """The least and greatest finite value in `arrays`; None if there is none."""
    values = np.concatenate([np.ravel(a) for a in arrays])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else None
