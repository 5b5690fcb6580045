"""A forecast of a mean latency, with the interval in which it should be measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING

from core.student_t import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.load.queueing import ServiceTimes

RECENT = 3  # stretches of time by which the server's speed is known now
SURE = 0.95  # of the forecasts should hold
NORMAL = NormalDist().inv_cdf((1 + SURE) / 2)
FEWEST = 2  # degrees of freedom of the speed's standard deviation: the calibration had more stretches than these tell
LEAST_APART = 0.01  # standard deviation of a server's speed that is taken for granted, however alike stretches are


@dataclass(frozen=True)
class Forecast:
    """Mean latency in seconds, and the ends of the interval in which 95 of 100 measured means should be."""

    mean: float
    low: float
    high: float


def forecast(times: ServiceTimes, rate: float, factors: Sequence[float], seconds: float) -> Forecast:
    """What is foretold of `seconds` of requests at `rate`.

    The server's speed moves from one stretch of time to the next, and near its capacity a small move is a large one of
    the latency. So the mean is that of the speed in the last `RECENT` stretches, and the interval that of the speeds
    m ± t s sqrt(1 + 1 / RECENT), with s the standard deviation over all stretches; it is widened by how much the mean
    of so short a measurement differs by chance from a long one's.

    Args:
        times: What the server takes.
        rate: Requests a second.
        factors: Of each stretch in which batches were timed, how many times as long they took as `times` says.
        seconds: How long the rate will be measured.
    """
    recent = fmean(factors[-RECENT:])
    apart = max(stdev(factors) if len(factors) > 1 else 0.0, LEAST_APART)
    reach = (
        quantile((1 + SURE) / 2, max(len(factors) - 1, FEWEST)) * apart * math.sqrt(1 + 1 / min(RECENT, len(factors)))
    )
    foretold = times.slower(recent).latency(rate)
    chance = NORMAL * by_chance(times.slower(recent), rate, seconds)
    low = times.slower(max(recent - reach, 0.1 * recent)).latency(rate) * max(1 - chance, 0.0)
    return Forecast(foretold, low, times.slower(recent + reach).latency(rate) * (1 + chance))


def by_chance(times: ServiceTimes, rate: float, seconds: float) -> float:
    """The standard deviation of a mean latency measured for `seconds`, as a share of the latency.

    The queue's mean over a time T has the variance u² (1 + v²)³ / (2 (1 - u)^4) · s / T in heavy traffic, with load
    u, service time s and its relative standard deviation v (Whitt, Planning queueing simulations, 1989). 0 where
    there is no latency to speak of.
    """
    service = 1 / times.capacity
    load, latency = rate * service, times.latency(rate)
    if load >= 1 or not math.isfinite(latency):
        return 0.0
    relative = times.spread / times.one if times.largest_batch == 1 else 0.0
    variance = load**2 * (1 + relative**2) ** 3 / (2 * (1 - load) ** 4) * service / seconds
    return math.sqrt(variance) / (rate * latency)
