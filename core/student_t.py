"""Student's t distribution for whole degrees of freedom, where it has a closed form."""

from __future__ import annotations

import math
from functools import cache

ACCURACY = 1e-12  # of a quantile, relative


def cumulative(t: float, freedom: int) -> float:
    """The probability that Student's t with `freedom` degrees is at most `t`.

    With theta = atan(t / sqrt(freedom)) it is 1/2 + A/2, where A is a finite sum of powers of cos(theta): Abramowitz
    and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.

    >>> round(cumulative(2.228, 10), 3), cumulative(0.0, 3)
    (0.975, 0.5)
    """
    angle = math.atan2(t, math.sqrt(freedom))
    cosine = math.cos(angle)
    odd = freedom % 2
    term = total = cosine if odd else 1.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine**2 * (k - 1) / k
        total += term
    wave = math.sin(angle) * total if freedom > 1 else 0.0
    within = 2 / math.pi * (angle + wave) if odd else wave
    return 0.5 + within / 2


@cache
def quantile(probability: float, freedom: int) -> float:
    """The t that Student's t with `freedom` degrees stays below with a `probability` from 1/2 up to below 1.

    >>> round(quantile(0.975, 10), 3)
    2.228
    """
    low, high = 0.0, 1.0
    while cumulative(high, freedom) < probability:
        low, high = high, 2 * high
    while high - low > ACCURACY * high:
        middle = (low + high) / 2
        low, high = (middle, high) if cumulative(middle, freedom) < probability else (low, middle)
    return high
