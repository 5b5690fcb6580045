"""What queueing theory foretells of a server's mean latency from what a few batches took."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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


def with_waking(rate: float, service: float, spread: float, first: float) -> float:
    """The mean time in an M/G/1 queue whose server is slower with whoever finds it idle, in seconds.

    A server that has slept wakes up, and its caches have cooled: such a request takes `first` instead of `service`.
    With rate r, load u = r s and v = r first, a request finds the server idle with p = (1 - u) / (1 - u + v), takes
    p first + (1 - p) s, and waits before that

        r (s² + d²) / (2 (1 - u)) + r (first² - s²) / (2 (1 - u + v))

    on average (Welch, On a generalized M/G/1 queuing process in which the first customer of each busy period receives
    exceptional service, 1964). With first = s it is Pollaczek and Khinchine's formula.
    """
    load = rate * service
    if load >= 1:
        return math.inf
    turns = 1 - load + rate * first
    idle = (1 - load) / turns
    own = idle * first + (1 - idle) * service
    return own + rate * (service**2 + spread**2) / (2 * (1 - load)) + rate * (first**2 - service**2) / (2 * turns)


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
    """What a server was measured to take while nothing else was asked of it: a batch of b rows a b + c seconds.

    Attributes:
        per_row: a, in seconds.
        per_batch: c, in seconds; 0 or more.
        spread: The standard deviation of the service of one row.
        first: Seconds of the core for a row that finds the server idle; 0 where it is not known: as any other.
        way: What a lone request takes beyond that, in the client and in the kernel.
        largest_batch: Rows in one batch at most.
    """

    per_row: float
    per_batch: float
    spread: float = 0.0
    first: float = 0.0
    way: float = 0.0
    largest_batch: int = 1

    @classmethod
    def fitted(cls, seconds_by_rows: Mapping[float, float], largest_batch: int) -> Self:
        """The line a b + c through measured batches by least squares in relative error; slope and offset not negative.

        Args:
            seconds_by_rows: Seconds in which a busy server answered a batch, by its rows.
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
        return cls(max(per_row, 1e-9), per_batch, largest_batch=largest_batch)

    def with_lone(self, latency: float, core_seconds: float, rate: float = 0.0) -> Self:
        """The same with what requests took that came at so low a `rate` that most found the server idle.

        They came as a Poisson process, so that the server slept as it does under load, and some waited all the same.
        With load u the first of a busy time takes first = c (1 - u) / (1 - r c) of the core where c is what they took
        in the mean (Welch's share of first ones, solved for them); what remains of their latency when theory's part
        is taken off is the way through client and kernel.

        Args:
            latency: Their mean latency.
            core_seconds: Seconds of the server's core for one, in the mean.
            rate: Requests a second; 0 for one after the other.
        """
        first = core_seconds * (1 - rate * self.one) / max(1 - rate * core_seconds, 1e-9)
        bare = replace(self, first=max(first, self.one), way=0.0)
        return replace(bare, way=max(latency - bare.latency(rate), 0.0))

    def slower(self, factor: float) -> Self:
        """The same server on a core on which all takes `factor` times as long; the way to it stays."""
        numbers = {name: factor * getattr(self, name) for name in ("per_row", "per_batch", "spread", "first")}
        return replace(self, **numbers)

    @property
    def one(self) -> float:
        """Seconds for a batch of one row."""
        return self.per_row + self.per_batch

    @property
    def capacity(self) -> float:
        """The most rows a second: b / (a b + c) at the largest batch."""
        return self.largest_batch / (self.per_row * self.largest_batch + self.per_batch)

    def latency(self, rate: float) -> float:
        """The mean latency foretold at `rate` rows a second, each a request of its own; infinite from capacity on.

        In batches it is Inoue's bound, plus what waking takes times 1 - r (a + c), at least how often a request finds
        the server idle.
        """
        if rate >= self.capacity:
            return math.inf
        first = self.first or self.one
        if self.largest_batch == 1:
            return self.way + with_waking(rate, self.one, self.spread, first)
        waking = max(1 - rate * self.one, 0.0) * (first - self.one)
        return self.way + waking + inoue_bound(rate, self.per_row, self.per_batch)
