"""What stopping a sweep now would probably lose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 4  # trials that tell anything


def expected_gain(losses: Sequence[float] | np.ndarray, left: int) -> float | None:
    """By how much `left` further trials would probably lower the lowest of `losses`; None of fewer than `FEWEST`.

    Of n trials so far and m to come, the n are to all n + m as a random k = n^2 / (n + m) of them are to the n: the
    estimate is the mean of what the lowest loss of k of the n lies above that of all, over all choices of k. It takes
    the trials for draws from one distribution, as in random search.

    Args:
        losses: Of finished trials; those that are not finite are the worst.
        left: m.

    >>> expected_gain([4.0, 3.0, 2.0, 1.0], left=0)
    0.0
    """
    values = np.sort(np.where(np.isfinite(losses), losses, math.inf))
    n = len(values)
    if n < FEWEST or not np.isfinite(values[0]):
        return None
    k = n * n / (n + left)
    chances = _chances_of_lowest(n, k)
    known = np.isfinite(values)
    return float(chances[known] @ (values[known] - values[0]) / chances[known].sum())


def _chances_of_lowest(n: int, k: float) -> np.ndarray:
    """The chance of each of n sorted values to be the lowest of k of them, (n,); k need not be whole.

    C(n - i - 1, k - 1) / C(n, k) by the recursion from i to i + 1, and 0 from where fewer than k are left.
    """
    chances = np.zeros(n)
    none_so_far = 1.0  # that none of the first i is among the k
    for i in range(n):
        chance = min(k / (n - i), 1.0)
        chances[i] = none_so_far * chance
        none_so_far *= 1 - chance
    return chances
