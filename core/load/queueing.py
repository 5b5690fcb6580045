"""What queueing theory foretells of a server's mean latency from what a few batches took."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping


def pollaczek_khinchine(rate: float, service: float, spread: float = 0.0) -> float:
    """The mean time in an M/G/1 queue, waiting and service, in seconds; infinite at a load of 1 and above.

    W = s + r (s² + d²) / (2 (1 - r s)), with rate r, mean service time s and its standard deviation d (Pollaczek, 1930;
    Khinchine, 1932). Requests come as a Poisson process and are served one at a time, in order.

    >>> round(pollaczek_khinchine(rate=50, service=0.01), 6)  # M/D/1 at half load: 1.5 service times
    0.015
    """
    load = rate * service
    return service + rate * (service**2 + spread**2) / (2 * (1 - load)) if load < 1 else math.inf


def inoue_bound(rate: float, per_row: float, per_batch: float) -> float:
    """An upper bound of the mean latency where all that waits is served as one batch, in seconds.

    A batch of b rows takes a b + c. With rate r the bound is the smaller of

        (a + c) / (2 (1 - r a)) · (1 + 2 r c + (1 - r c) / (1 + r a))
        3/2 · c / (1 - r a) + a/2 · (2 + r a) / (1 - r² a²)

    (Inoue, Queueing analysis of GPU-based inference servers with dynamic batching, 2021). It supposes Poisson arrivals,
    no largest batch and no waiting for others; it is close to the mean itself. Infinite at r a of 1 and above.
    """
    load = rate * per_row
    if load >= 1:
        return math.inf
    first = (per_row + per_batch) / (2 * (1 - load))
    first *= 1 + 2 * rate * per_batch + (1 - rate * per_batch) / (1 + load)
    second = 1.5 * per_batch / (1 - load) + per_row / 2 * (load + 2) / (1 - load**2)
    return min(first, second)


@dataclass(frozen=True)
class ServiceTimes:
    """What a server was measured to take: a batch of b rows a b + c seconds of its core, and a request's way there.

    Attributes:
        per_row: a, in seconds.
        per_batch: c, in seconds; 0 or more.
        spread: The standard deviation of the service of one row.
        way: What a lone request takes beyond the server's core: the client, the kernel.
        largest_batch: Rows in one batch at most.
    """

    per_row: float
    per_batch: float
    spread: float = 0.0
    way: float = 0.0
    largest_batch: int = 1

    @classmethod
    def fitted(cls, seconds_by_rows: Mapping[float, float], alone: float, largest_batch: int) -> Self:
        """The line a b + c through measured batches by least squares in relative error; slope and offset not negative.

        Args:
            seconds_by_rows: Seconds of the core by rows of the batch, their means.
            alone: The mean latency of requests that come one after the other.
            largest_batch: Rows in one batch at most.
        """
        rows, seconds = (np.array(list(part), float) for part in (seconds_by_rows.keys(), seconds_by_rows.values()))
        per_row, per_batch = float(seconds[0] / rows[0]), 0.0
        if len(rows) > 1:
            weights = 1 / seconds
            design = np.stack([rows, np.ones_like(rows)], 1) * weights[:, None]
            per_row, per_batch = (float(each) for each in np.linalg.lstsq(design, seconds * weights, rcond=None)[0])
            if per_batch < 0:
                per_row, per_batch = float((design[:, 0] @ np.ones(len(rows))) / (design[:, 0] @ design[:, 0])), 0.0
        per_row = max(per_row, 1e-9)
        return cls(per_row, per_batch, 0.0, max(alone - per_row - per_batch, 0.0), largest_batch)

    @property
    def one(self) -> float:
        """Seconds of the core for a batch of one row."""
        return self.per_row + self.per_batch

    @property
    def capacity(self) -> float:
        """The most rows a second: b / (a b + c) at the largest batch."""
        return self.largest_batch / (self.per_row * self.largest_batch + self.per_batch)

    def latency(self, rate: float) -> float:
        """The mean latency foretold at `rate` rows a second, each a request of its own; infinite from capacity on."""
        if rate >= self.capacity:
            return math.inf
        if self.largest_batch == 1:
            return self.way + pollaczek_khinchine(rate, self.one, self.spread)
        return self.way + inoue_bound(rate, self.per_row, self.per_batch)
