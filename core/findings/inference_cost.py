"""CostProbe: how long an answer takes, and how much memory the process holds."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.findings.results import Cost
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf

    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

REPETITIONS = {1: 30, 256: 9}  # batch -> calls that are timed
ROUNDS = 3  # in which the batches take turns, so that what disturbs one disturbs the other
MOST_SECONDS = 0.05  # for the calls of one batch, since training waits: of a large model fewer are timed
MOST_SPREAD = 2.5  # of the 95th percentile to the median; on a machine that does nothing else it is 1.2
MOST_INVERSION = 1.1  # of the time of one example to that of 256

Latencies = dict[int, tuple[float, float]]  # batch -> median and 95th percentile of a call, ms
Calls = dict[int, int]  # batch -> calls that were timed


class CostProbe(Probe[Cost]):
    """Measures inference of a compiled model on validation examples.

    A model's answers take as long after any update: what was measured while the machine did nothing else is kept.
    """

    def __init__(self, learner: Learner) -> None:
        self._objective, self._card = learner.objective, learner.card
        x = learner.split.x_val
        self._batches = {n: x[np.arange(n) % len(x)] for n in REPETITIONS}
        self._compiled = False
        self._measured: tuple[Latencies, Calls, int] | None = None
        self._is_quiet = False

    def look(self, snapshot: TrainerSnapshot) -> Cost:
        """Return the cost now. The first look compiles and measures no time."""
        if self._compiled:
            latencies, calls = self._latencies(snapshot.values)
            quiet = is_quiet(latencies)
            if quiet or not self._is_quiet:
                self._measured, self._is_quiet = (latencies, calls, snapshot.step), quiet
        else:
            self._compile(snapshot)
        latency, counts, step = self._measured or ({}, {}, snapshot.step)
        card, memory = self._card, memory_bytes()
        return Cost(latency, memory, card.parameters, card.flops, card.weight_bytes, step, self._is_quiet, counts)

    def forget(self) -> None:
        """Forget at which step of the run before times were measured."""
        self._measured, self._is_quiet = None, False

    def _compile(self, snapshot: TrainerSnapshot) -> None:
        for batch in self._batches.values():
            self._objective.predict(batch, snapshot.values)
        self._compiled = True

    def _latencies(self, values: Sequence[tf.Tensor]) -> tuple[Latencies, Calls]:
        seconds: dict[int, list[float]] = {n: [] for n in REPETITIONS}
        for _round in range(ROUNDS):
            for n, batch in self._batches.items():
                self._time(batch, values, seconds[n], REPETITIONS[n] // ROUNDS)
        percentiles = {n: np.percentile(each, [50, 95]) * 1000 for n, each in seconds.items()}
        latencies = {n: (float(median), float(slow)) for n, (median, slow) in percentiles.items()}
        return latencies, {n: len(each) for n, each in seconds.items()}

    def _time(self, batch: np.ndarray, values: Sequence[tf.Tensor], seconds: list[float], calls: int) -> None:
        """Add the seconds of up to `calls` calls, until all of the batch have taken `MOST_SECONDS`."""
        for _call in range(calls):
            if sum(seconds) >= MOST_SECONDS:
                return
            started = time.perf_counter()
            self._objective.predict(batch, values)
            seconds.append(time.perf_counter() - started)


def is_quiet(latencies: Latencies) -> bool:
    """Return True if these can be the times of a machine that does nothing else.

    >>> is_quiet({1: (0.8, 1.0), 256: (1.0, 1.2)}), is_quiet({1: (94.0, 95.0), 256: (8.0, 8.5)})
    (True, False)
    """
    medians = [median for _batch, (median, _slow) in sorted(latencies.items())]
    is_even = all(slow <= MOST_SPREAD * median for median, slow in latencies.values())
    return is_even and all(fewer <= MOST_INVERSION * more for fewer, more in pairwise(medians))


def memory_bytes() -> int:
    """Return the memory that this process holds (RSS), in bytes."""
    return psutil.Process().memory_info().rss
