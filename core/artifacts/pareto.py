"""Which artifacts no other one beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def dominated(points: Sequence[tuple[float, float]]) -> list[bool]:
    """For each (cost, accuracy), True if another one costs no more and is no less accurate, and better in one.

    >>> dominated([(1.0, 0.9), (2.0, 0.9), (2.0, 0.95), (1.0, 0.9)])
    [False, True, False, False]
    """
    return [any(_beats(other, point) for other in points) for point in points]


def _beats(other: tuple[float, float], point: tuple[float, float]) -> bool:
    return other[0] <= point[0] and other[1] >= point[1] and other != point
