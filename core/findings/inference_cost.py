"""CostProbe: how long an answer takes, and how much memory the process holds."""

from __future__ import annotations

import time
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

REPETITIONS = {1: 30, 256: 8}  # batch -> calls that are timed
MOST_SECONDS = 0.05  # for the calls of one batch, since training waits: of a large model fewer are timed


class CostProbe(Probe[Cost]):
    """Measures inference of a compiled model on validation examples."""

    def __init__(self, learner: Learner) -> None:
        self._objective, self._card = learner.objective, learner.card
        x = learner.split.x_val
        self._batches = {n: x[np.arange(n) % len(x)] for n in REPETITIONS}
        self._compiled = False

    def look(self, snapshot: TrainerSnapshot) -> Cost:
        """Return the cost now. The first look compiles and measures no time."""
        latency: dict[int, tuple[float, float]] = {}
        if self._compiled:
            latency = {n: self._latency(batch, REPETITIONS[n], snapshot.values) for n, batch in self._batches.items()}
        else:
            self._compile(snapshot)
        card, memory = self._card, memory_bytes()
        return Cost(latency, memory, card.parameters, card.flops, card.weight_bytes)

    def _compile(self, snapshot: TrainerSnapshot) -> None:
        for batch in self._batches.values():
            self._objective.predict(batch, snapshot.values)
        self._compiled = True

    def _latency(self, batch: np.ndarray, repetitions: int, values: Sequence[tf.Tensor]) -> tuple[float, float]:
        """Return median and 95th percentile in ms of up to `repetitions` calls, at least one."""
        seconds: list[float] = []
        while len(seconds) < repetitions and sum(seconds) < MOST_SECONDS:
            started = time.perf_counter()
            self._objective.predict(batch, values)
            seconds.append(time.perf_counter() - started)
        median, slow = np.percentile(seconds, [50, 95]) * 1000
        return float(median), float(slow)


def memory_bytes() -> int:
    """Return the memory that this process holds (RSS), in bytes."""
    return psutil.Process().memory_info().rss
