"""Where the trials of a sweep are trained: engine processes of this machine, or whatever else has this interface."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.engines.pool import EnginePool
from core.probes.registry import EVALUATION
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.engines.pool import RunFuture
    from core.learning.facts import LearnerFacts
    from core.remote.remote_run import RemoteRun
    from core.runs.recorded_columns import RecordedColumns

POINTS = 100  # of a surface's curve on the way
Losses = tuple[tuple[float, float], ...]  # (share of the run, loss)


@dataclass(frozen=True)
class Outcome:
    """What a job came to: its history, whether it diverged, its model in numbers, and when it trained."""

    history: RecordedColumns
    diverged: bool
    facts: LearnerFacts | None
    began: float
    ended: float


class Job(Protocol):
    """A run that was handed to a worker."""

    @property
    def began(self) -> float:
        """When it began to train, in unix seconds; 0 before that."""

    def is_done(self) -> bool:
        """True if it is over."""

    def outcome(self) -> Outcome:
        """What it came to; raises TrainingError with a sentence if it failed, CancelledError if it was cancelled."""

    def losses(self) -> Losses:
        """What is known of the loss on the way."""

    def stop(self) -> None:
        """Ends it soon; its outcome is what was recorded."""


class Workers(Protocol):
    """Some workers, each of which trains one run at a time."""

    @property
    def count(self) -> int:
        """How many there are."""

    def submit(self, config: TrainingConfig, table: Dataset | None, on_end: Callable[[], None]) -> Job:
        """The job of training `config`; `on_end` is called when it is over, in whichever thread."""

    def close(self) -> None:
        """Lets go of the workers."""


class EngineWorkers:
    """Engine processes of this machine."""

    def __init__(self, count: int, connect: Callable[[TrainingConfig], Connection]) -> None:
        self.count = count
        self._pool = EnginePool(count, connect)

    def submit(self, config: TrainingConfig, table: Dataset | None, on_end: Callable[[], None]) -> Job:
        """See `Workers`."""
        future = self._pool.submit(config, table)
        future.add_done_callback(lambda _future: on_end())
        return _EngineJob(future)

    def close(self) -> None:
        """See `Workers`."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class _EngineJob:
    def __init__(self, future: RunFuture) -> None:
        self._future = future

    @property
    def began(self) -> float:
        return self._future.began

    def is_done(self) -> bool:
        return self._future.done()

    def outcome(self) -> Outcome:
        future = self._future
        if future.cancelled():
            raise CancelledError
        history = future.result()
        return Outcome(history, future.diverged, future.facts, future.began, future.ended)

    def losses(self) -> Losses:
        run = self._future.run
        if run is None or self._future.done():
            return ()
        if run.status is Status.PLAYING:
            run.request_observation()
        return losses_so_far(run)

    def stop(self) -> None:
        self._future.stop()


def losses_so_far(run: RemoteRun) -> Losses:
    """The validation losses of a model, the losses of a surface, as far as they are known here."""
    total, found = max(run.total_steps, 1), run.findings.get(EVALUATION.name)
    if found is not None:
        return _pairs(found.value.step / total, found.value.val_loss)
    if run.facts is not None or run.history is None:
        return ()
    rows = run.history.view(POINTS)
    return _pairs(rows["step"] / total, rows["loss"]) if "loss" in rows else ()


def losses_of(history: RecordedColumns) -> Losses:
    """The losses on the way of a run that has come to its end."""
    name = "validation_loss" if "validation_loss" in history else "loss"
    if name not in history or not len(history[name]):
        return ()
    steps = history.steps(name)
    return _pairs(steps / max(int(steps[-1]), 1), history[name])


def _pairs(shares: np.ndarray, losses: np.ndarray) -> Losses:
    return tuple(zip(np.asarray(shares, float).tolist(), np.asarray(losses, float).tolist(), strict=True))
