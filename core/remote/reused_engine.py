"""An engine that trains one run after the other, compiled once for those that differ in live settings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.relevance import fields_of_pruning
from core.config.settings import FIELDS
from core.optimizers.registry import OPTIMIZERS
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset

GOES_ON = frozenset({Status.PAUSED, Status.FINISHED, Status.DIVERGED})


class ReusedEngine:
    """The engine of one worker. All methods are called by one thread."""

    def __init__(self, connect: Callable[[TrainingConfig], Connection]) -> None:
        """`connect` gives connections to engines, as `EngineLauncher.connect` does."""
        self._connect = connect
        self._run: RemoteRun | None = None
        self._config: TrainingConfig | None = None
        self._table: Dataset | None = None

    def begin(self, config: TrainingConfig, table: Dataset | None = None) -> RemoteRun:
        """The run of `config` at step 0, which has still to be played."""
        run, before = self._run, self._config
        if run is None or before is None or not self._fits(config, table):
            self.leave()
            run = RemoteRun(Task(config, table, total_steps=config.epochs), self._connect, lambda: None)
            run.start()
        else:
            _begin_again(run, config)
        self._run, self._config, self._table = run, config, table
        return run

    def leave(self) -> None:
        """Ends the engine; the next run has another."""
        if self._run is not None:
            self._run.stop()
        self._run = self._config = None

    def _fits(self, config: TrainingConfig, table: Dataset | None) -> bool:
        """True if the engine at hand can train `config` with what it has compiled."""
        run, before = self._run, self._config
        if run is None or before is None or table is not self._table or run.status not in GOES_ON:
            return False
        return before.is_live_change(config)


def _begin_again(run: RemoteRun, config: TrainingConfig) -> None:
    """Puts a run that rests at its start, with the live settings of `config`."""
    names = [name for name in OPTIMIZERS[config.optimizer].names if FIELDS[name].live]
    names += fields_of_pruning(config)
    run.set(**{name: getattr(config, name) for name in names})
    run.set_total(config.epochs * (run.facts.updates_per_epoch if run.facts else 1))
    run.restart([])
