"""What it costs to serve a model at an offered rate, in whole replicas of one core each, idle time included."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.costs.waiting import largest_rate, latency_quantile

if TYPE_CHECKING:
    from core.costs.prices import Prices

MILLION = 1e6


@dataclass(frozen=True)
class ServingCost:
    """A model served by as few replicas as its latency allows.

    Attributes:
        replicas: Of one core each, in whole steps; requests are dealt out at random, so each has a Poisson share.
        load: The share of their time that the replicas compute.
        p99: Seconds within which 99 of 100 requests are foretold to be answered.
        per_million: The price of a million answers at the offered rate.
        per_million_at_full_load: What it would be if the replicas never idled: the number that is often quoted.
        of_memory: The part of `per_million` that is memory.
    """

    replicas: int
    load: float
    p99: float
    per_million: float
    per_million_at_full_load: float
    of_memory: float = 0.0

    @property
    def understated(self) -> float:
        """How many times the price at full load is too low."""
        return 1 / self.load


def serving_cost(
    service: float, rate: float, limit: float, prices: Prices, memory: float | None = None
) -> ServingCost | None:
    """The cost of serving at `rate` requests a second with 99 of 100 answered within `limit`; None if that cannot be.

    replicas = ceil(rate / the most that one can take within `limit`);
    per million = replicas · (price of a core second + GB of a replica · price of a GB second) · 10^6 / rate.

    Args:
        service: Seconds of a core for one answer, as measured.
        rate: Requests a second that are offered; above 0.
        limit: Seconds.
        prices: Of the machine.
        memory: Bytes of a replica, as measured; None where it was not, and then it costs nothing.
    """
    most = largest_rate(service, limit)
    if most <= 0:
        return None
    replicas = max(math.ceil(rate / most - 1e-9), 1)
    second = prices.replica_second(memory)
    return ServingCost(
        replicas,
        rate * service / replicas,
        latency_quantile(rate / replicas, service),
        replicas * second * MILLION / rate,
        service * second * MILLION,
        replicas * (second - prices.core_second) * MILLION / rate,
    )
