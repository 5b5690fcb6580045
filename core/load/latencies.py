"""Latencies in an HDR histogram, and the percentiles that so many answers can carry."""

from __future__ import annotations

import math

import numpy as np
from hdrh.histogram import HdrHistogram

SHOWN = 50, 90, 95, 99, 99.9
CONFIDENCE = 0.95
MOST_US = 120_000_000  # two minutes; the histogram's largest value
DIGITS = 3  # significant: a value is off by 0.1 % at most


def fewest_answers(percentile: float, confidence: float = CONFIDENCE) -> int:
    """How many answers it takes before a percentile can be bounded from above by one of them at all.

    All n answers lie below the q-quantile with probability q^n; with n = ln(1 - confidence) / ln(q), rounded up, that
    happens in 5 of 100 cases. Fewer answers say nothing about the percentile.

    >>> fewest_answers(95), fewest_answers(99)
    (59, 299)
    """
    return math.ceil(math.log(1 - confidence) / math.log(percentile / 100))


class Latencies:
    """Counts latencies in seconds; remembers no single one, so that any number of them takes the same memory."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, MOST_US, DIGITS)
        self._sum = self._squares = 0.0

    def note(self, seconds: float) -> None:
        """Counts one latency."""
        self._sum += seconds
        self._squares += seconds * seconds
        self._histogram.record_value(min(max(round(seconds * 1e6), 1), MOST_US))

    @property
    def count(self) -> int:
        """How many were counted."""
        return self._histogram.get_total_count()

    @property
    def mean(self) -> float | None:
        """In seconds; None before the first."""
        return self._sum / self.count if self.count else None

    @property
    def spread(self) -> float | None:
        """The standard deviation in seconds; None before the first."""
        return math.sqrt(max(self._squares / self.count - (self._sum / self.count) ** 2, 0)) if self.count else None

    def percentiles(self) -> dict[float, float]:
        """Seconds below which so many percent lie, for each percentile that the answers can carry."""
        carried = [each for each in SHOWN if self.count >= fewest_answers(each)]
        # The library's own look-up walks through all counts in Python: that took 70 ms, and made requests late.
        below = np.cumsum(np.ctypeslib.as_array(self._histogram.counts))
        places = np.searchsorted(below, [math.ceil(self.count * each / 100) for each in carried])
        ends = (self._histogram.get_value_from_index(int(place)) for place in places)
        found = [self._histogram.get_highest_equivalent_value(end) / 1e6 for end in ends]
        return dict(zip(carried, found, strict=True))
