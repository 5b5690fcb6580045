"""A learning-rate range test: the rate rises exponentially on a copy of a run, in an engine of its own."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from core.background_thread import BackgroundThread
from core.config.settings import FIELDS
from core.geometry.stability import eigenvalues, rate_zones
from core.language import language
from core.optimizers.optimizer import OptimizerState
from core.optimizers.registry import OPTIMIZERS
from core.probes.registry import CURVATURE
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.past.setting_changes import TOTAL_STEPS
from core.runs.recorded_columns import RecordedColumns
from core.runs.run_worker import FAULT
from core.runs.status import Status
from core.sweeps.rate_reading import is_stable, largest_stable_rate, level_of, steepest_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.optimizers.optimizer import Optimizer
    from core.training.step_record import Observation
    from core.user_models.packed_model import PackedModel

log = logging.getLogger(__name__)

UPDATES = 300  # in which the rate rises from the lowest to the highest legal one
LOW, HIGH = FIELDS["learning_rate"].low, FIELDS["learning_rate"].high
MOST_UPDATES, FEWEST_UPDATES = 200, 24  # of a run at one rate
SEARCH_S = 15.0  # for the largest stable rate
CURVATURE_S = 10.0  # to wait for the curvature at the start
FOREVER = 10**12  # updates: over so many the rate no longer rises


@dataclass(frozen=True)
class RateTestResult:
    """What a rate test has found so far; None for what is not known.

    Attributes:
        rates, losses: The rate of each update and the loss before it, (n,), to the last finite one.
        diverged: Whether the loss ended in nan or infinity before the highest rate.
        steepest: Where the loss falls fastest; see `steepest_rate`.
        stable: The largest stable rate, found by runs at constant rates; see `largest_stable_rate`.
        limit: The rate above which the steepest direction of the curvature at the start grows.
        is_over: Whether nothing more will come.
        error: Why it failed, in a sentence.
    """

    rates: np.ndarray = field(default_factory=lambda: np.empty(0))
    losses: np.ndarray = field(default_factory=lambda: np.empty(0))
    diverged: bool = False
    steepest: float | None = None
    stable: float | None = None
    limit: float | None = None
    is_over: bool = False
    error: str | None = None


class RateTest:
    """Tests the rates of one config, from its start, with a model of its own.

    `result` is replaced as a whole whenever there is news; `on_change` is called then, in whichever thread.
    """

    def __init__(
        self,
        config: TrainingConfig,
        connect: Callable[[TrainingConfig], Connection],
        on_change: Callable[[], None] = lambda: None,
        table: Dataset | None = None,
        own: PackedModel | None = None,
    ) -> None:
        self.result = RateTestResult()
        self._config = config.replace(learning_rate=LOW)
        self._on_change, self._is_stopped = on_change, False
        total = {TOTAL_STEPS: UPDATES}
        task = Task(
            self._config, table, own, language(), UPDATES, start_settings=total,
            watched=frozenset({CURVATURE.name}), rise=HIGH / LOW,
        )  # fmt: skip
        self._moved = threading.Condition()
        self._run = RemoteRun(task, connect, self._move)
        self._thread = BackgroundThread(self._work, "descent-lab-rate-test", end=self.stop)

    def start(self) -> None:
        """Begins the test, which goes on in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the test where it stands."""
        self._is_stopped = True
        self._run.stop()
        self._move()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds for the end; True if it is over."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _move(self) -> None:
        with self._moved:
            self._moved.notify_all()

    def _show(self, result: RateTestResult) -> None:
        self.result = result
        self._on_change()

    # ---- in its thread

    def _work(self) -> None:
        try:
            self._run.start()
            self._test()
            self._show(replace(self.result, is_over=True, error=self._run.error))
        except Exception:
            log.exception("a rate test failed")
            self._show(replace(self.result, is_over=True, error=FAULT))
        finally:
            self._run.stop()

    def _test(self) -> None:
        run = self._run
        run.wait()
        self._show(replace(self.result, limit=self._curvature_limit()))
        run.watch(frozenset())
        run.play()
        run.wait()
        losses, diverged = self._losses(), run.status is Status.DIVERGED
        if self._is_stopped or run.error:
            return
        rates = LOW * (HIGH / LOW) ** (np.arange(len(losses)) / (UPDATES - 1))
        self._show(
            replace(self.result, rates=rates, losses=losses, diverged=diverged, steepest=steepest_rate(rates, losses))
        )
        if len(losses):
            self._show(replace(self.result, stable=self._largest_stable(float(rates[-1]))))

    def _losses(self) -> np.ndarray:
        recorded = RecordedColumns.of(self._run)
        return recorded["loss"].astype(float) if "loss" in recorded else np.empty(0)

    def _curvature_limit(self) -> float | None:
        """The limit of the optimizer's local quadratic at the start; None where none is known in time."""
        run, name = self._run, CURVATURE.name
        seen = run.observation
        if seen is not None and len(seen.hessian):
            return _limit_at(OPTIMIZERS[self._config.optimizer], seen)
        if not self._config.learns and run.facts is None:
            return None
        with self._moved:
            self._moved.wait_for(lambda: self._is_stopped or name in run.findings or name in run.failed_probes,
                                 CURVATURE_S)  # fmt: skip
        found = run.findings.get(name)
        limit = math.nan if found is None or not len(found.value.limits) else float(found.value.limits[-1])
        return limit if math.isfinite(limit) else None

    def _largest_stable(self, highest: float) -> float | None:
        deadline = time.monotonic() + SEARCH_S
        updates, level = self._updates_of_a_run(), level_of(self.result.losses)
        return largest_stable_rate(
            highest,
            lambda rate: self._is_stable_at(rate, updates, level),
            lambda: not self._is_stopped and time.monotonic() < deadline,
        )

    def _updates_of_a_run(self) -> int:
        """As many as some twelve runs can make in the time that there is."""
        played = self._run.seconds_played / max(self._run.step, 1)
        return int(np.clip(SEARCH_S / 12 / max(played, 1e-9), FEWEST_UPDATES, MOST_UPDATES))

    def _is_stable_at(self, rate: float, updates: int, level: float) -> bool:
        run = self._run
        if self._is_stopped:
            return False
        run.set(learning_rate=rate)
        run.set_total(FOREVER)
        run.restart([])
        run.take_steps(updates)
        run.wait()
        return run.status is not Status.DIVERGED and is_stable(self._losses(), level)


def _limit_at(optimizer: Optimizer, seen: Observation) -> float | None:
    """The largest stable rate of the quadratic around what was `seen`."""
    state = OptimizerState(seen.parameters, seen.gradient, seen.slots, seen.step, seen.hyper)
    curvatures = eigenvalues(seen.hessian, optimizer.terms(state).preconditioner)
    return rate_zones(optimizer.dynamics(seen.hyper), curvatures).limit
