"""Sweeps: 64 small runs on two workers beside one, and with one compiled program beside one for each run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from core.config.training_config import TrainingConfig
from core.engines.launcher import engines
from core.engines.pool import EnginePool
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RUNS, COMPILED = 64, 6
SMALL = TrainingConfig.suited_to("spiral").replace(epochs=40)


def measure() -> Iterator[Figure]:
    """The time on two workers as a share of that on one, and how much faster runs are that reuse a program."""
    configs = [SMALL.replace(learning_rate=float(f"{rate:.4g}")) for rate in np.geomspace(1e-4, 1e-1, RUNS)]
    _seconds(1, configs[:1])  # the fork server has imported TensorFlow by then
    one, two = _seconds(1, configs), _seconds(2, configs)
    yield Figure("sweep.workers", two / one, "", 0.6, f"{RUNS} small runs on two workers, by one", at_most=True)
    compiled = sum(_seconds(1, [config]) for config in configs[:: RUNS // COMPILED][:COMPILED]) / COMPILED
    against = f"{RUNS} runs of one shape in one process, by an engine for each (of {COMPILED})"
    yield Figure("sweep.reuse", compiled * RUNS / one, "times", 5, against)


def _seconds(workers: int, configs: Sequence[TrainingConfig]) -> float:
    """The time of training `configs` by so many workers, from the first engine to the last result."""
    began = time.perf_counter()
    with EnginePool(workers, engines()) as pool:
        for future in [pool.submit(config) for config in configs]:
            future.result()
    return time.perf_counter() - began
