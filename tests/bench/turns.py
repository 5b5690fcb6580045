"""Fairness: twice as many runs at full speed as there are cores, and one at a pace beside them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.engines.launcher import EngineLauncher
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

PACE = 100.0
SETTLED_S, MEASURED_S = 2.0, 10.0
PATIENCE_S = 120.0
OBSERVED_S = 0.3  # until an observation that was asked for is there


def measure() -> Iterator[Figure]:
    """The slowest run's updates per second over the fastest's, and what the paced one keeps of its pace."""
    launcher, count = EngineLauncher(), 2 * len(os.sched_getaffinity(0))
    config = TrainingConfig(epochs=10**9)
    runs = [RemoteRun(Task(config, total_steps=10**9), launcher.connect, lambda: None) for _run in range(count)]
    runs.append(RemoteRun(Task(config, total_steps=10**9, pace=PACE), launcher.connect, lambda: None))
    for run in runs:
        run.start()
    for run in runs:
        run.wait(PATIENCE_S)
    for run in runs:
        run.play()
    time.sleep(SETTLED_S)
    before = _steps(runs)
    time.sleep(MEASURED_S)
    rates = [(step - first) / (at - since) for (step, at), (first, since) in zip(_steps(runs), before, strict=True)]
    hurried, paced = rates[:-1], rates[-1]
    against = f"{count} runs at full speed: {min(hurried):,.0f} to {max(hurried):,.0f} updates/s"
    yield Figure("turns.fair", min(hurried) / max(hurried), "slowest/fastest", 0.7, against)
    yield Figure("turns.paced", paced / PACE, "of its pace", 0.95, f"a run at {PACE:.0f} steps/s beside them")
    for run in runs:
        run.stop()
        run.join(PATIENCE_S)
    launcher.close()


def _steps(runs: list[RemoteRun]) -> list[tuple[int, float]]:
    """The step of each run as observed just now, and when that was."""
    for run in runs:
        run.request_observation()
    time.sleep(OBSERVED_S)
    return [(run.step, run.observed_at or 0.0) for run in runs]
