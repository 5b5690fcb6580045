"""Sweeps with workers that answer at once: what is asked, given up, repeated, kept and cancelled."""

from __future__ import annotations

import math
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.engines.pool import TrainingError
from core.field import ConfigError
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from core.sweeps.keeping import keep
from core.sweeps.proposals import HYPERBAND, Proposals
from core.sweeps.rungs import PERCENT
from core.sweeps.setting_range import read_range
from core.sweeps.sweep import Sweep, SweepPlan
from core.sweeps.workers import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.datasets.dataset import Dataset
    from core.sweeps.workers import Job, Losses

CONFIG = TrainingConfig(epochs=100)
RATE = (read_range("learning_rate", "0.001 to 1"),)
WAIT_S = 30.0


def bowl(config: TrainingConfig) -> float:
    """A loss whose lowest value, 1, lies at a rate of 0.05; other seeds move it by a tenth."""
    return 1 + math.log10(config.learning_rate / 0.05) ** 2 + 0.1 * (config.seed - CONFIG.seed)


@dataclass
class StraightJob:
    """Over at once, or held until it is stopped."""

    config: TrainingConfig
    loss: Callable[[TrainingConfig], float]
    on_end: Callable[[], None]
    is_held: bool = False
    began: float = 1.0
    curve: Losses = ()

    def is_done(self) -> bool:
        return not self.is_held

    def losses(self) -> Losses:
        return self.curve

    def stop(self) -> None:
        self.is_held = False
        self.on_end()

    def outcome(self) -> Outcome:
        loss = self.loss(self.config)
        history = RecordedColumns({"step": np.arange(3), "loss": np.array([9.0, 5.0, loss])}, {})
        return Outcome(history, not math.isfinite(loss), None, self.began, 3.0)


@dataclass
class StraightWorkers:
    loss: Callable[[TrainingConfig], float] = bowl
    is_held: Callable[[TrainingConfig], bool] = lambda config: False
    count: int = 2
    is_closed: bool = False
    submitted: list[TrainingConfig] = field(default_factory=list)

    def submit(self, config: TrainingConfig, table: Dataset | None, on_end: Callable[[], None]) -> Job:
        self.submitted.append(config)
        curve = tuple((share / 10, bowl(config)) for share in range(1, 10))
        job = StraightJob(config, self.loss, on_end, self.is_held(config), curve=curve)
        on_end()
        return job

    def close(self) -> None:
        self.is_closed = True


def swept(plan: SweepPlan, workers: StraightWorkers | None = None, store: RunStore | None = None) -> Sweep:
    kept = RunStore() if store is None else store
    sweep = Sweep(plan, workers or StraightWorkers(), partial(keep, kept, None))
    sweep.start()
    assert sweep.wait(WAIT_S)
    assert sweep.error == ""
    return sweep


@pytest.mark.parametrize("method", ["random", "bayesian"])
def test_a_seeded_search_finds_the_lowest_place_and_the_same_trials_again(method: str) -> None:
    plan = SweepPlan(CONFIG, RATE, method, 25)
    one, again = swept(plan, StraightWorkers(count=1)), swept(plan, StraightWorkers(count=1))
    assert one.best is not None
    assert one.best.loss < 1.1
    assert [trial.settings for trial in one.trials] == [trial.settings for trial in again.trials]


def test_the_bayesian_search_comes_nearer_than_chance() -> None:
    means = {
        method: np.mean([swept(SweepPlan(CONFIG, RATE, method, 25, seed=seed)).best.loss for seed in range(5)])  # type: ignore[union-attr]
        for method in ("random", "bayesian")
    }
    assert means["bayesian"] < means["random"]


def test_a_grid_is_tried_in_its_order_and_each_trial_is_kept_as_a_run() -> None:
    store = RunStore()
    sweep = swept(SweepPlan(CONFIG, RATE, "grid", 4), store=store)
    rates = [trial.settings["learning_rate"] for trial in sweep.trials if trial.repeats is None]
    assert rates == [0.001, 0.01, 0.1, 1.0]
    assert len(store) == len(sweep.trials)
    runs = {run.id: run for run in store.runs()}
    for trial in sweep.trials:
        assert runs[trial.run].settings["learning_rate"] == trial.config.learning_rate
        assert runs[trial.run].history["loss"][-1] == trial.loss
        assert runs[trial.run].hidden


def test_the_best_trial_is_repeated_with_two_seeds_which_tell_their_noise() -> None:
    sweep = swept(SweepPlan(CONFIG, RATE, "grid", 8))
    repeats = [trial for trial in sweep.trials if trial.repeats is not None]
    assert [trial.config.seed for trial in repeats] == [CONFIG.seed + 1, CONFIG.seed + 2]
    assert sweep.seed_noise == pytest.approx(0.1)
    assert sum(trial.repeats is None for trial in sweep.trials) == sweep.budget == 8


def test_diverged_trials_are_said_and_never_the_best() -> None:
    workers = StraightWorkers(lambda config: math.inf if config.learning_rate > 0.05 else bowl(config))
    sweep = swept(SweepPlan(CONFIG, RATE, "grid", 8), workers)
    assert {trial.state for trial in sweep.trials} == {"finished", "diverged"}
    assert sweep.best is not None
    assert sweep.best.config.learning_rate <= 0.05


def test_a_trial_that_fails_says_why_and_the_others_go_on() -> None:
    def fail(config: TrainingConfig) -> float:
        if config.learning_rate > 0.5:
            raise TrainingError("There is no table yet.")
        return bowl(config)

    sweep = swept(SweepPlan(CONFIG, RATE, "grid", 4), StraightWorkers(fail))
    assert [trial.error for trial in sweep.trials if trial.state == "failed"] == ["There is no table yet."]
    assert sum(trial.state == "finished" for trial in sweep.trials) >= 3


def test_a_trial_below_the_median_is_given_up_on_the_way() -> None:
    """Trials at rates far from the best are held until they are stopped: only pruning can end the sweep."""
    rates = read_range("learning_rate", "0.04; 0.05; 0.06; 0.055; 0.045; 0.052; 9; 10")
    workers = StraightWorkers(is_held=lambda config: config.learning_rate > 1, count=1)
    sweep = swept(SweepPlan(CONFIG, (rates,), "grid", 8, "median"), workers)
    assert [trial.config.learning_rate for trial in sweep.trials if trial.state == "pruned"] == [9.0, 10.0]


def test_hyperband_gives_up_bad_trials_the_same_each_time_and_never_the_best() -> None:
    def given_up() -> tuple[list[float], list[float]]:
        proposals = Proposals(RATE, "random", 40, HYPERBAND, seed=0)
        lost: list[float] = []
        kept: list[float] = []
        while (asked := proposals.ask()) is not None:
            number, settings = asked
            loss = bowl(CONFIG.replace(**settings))
            is_hopeless = any(proposals.is_hopeless(number, percent, loss) for percent in PERCENT)
            proposals.tell(number, loss, pruned=is_hopeless)
            (lost if is_hopeless else kept).append(loss)
        return lost, kept

    lost, kept = given_up()
    assert len(lost) >= 5
    assert min(lost) > min(kept)
    assert given_up() == (lost, kept)


def test_a_cancelled_sweep_keeps_what_is_finished() -> None:
    workers = StraightWorkers(is_held=lambda config: config.learning_rate > 0.05)
    sweep = Sweep(SweepPlan(CONFIG, RATE, "grid", 40), workers)
    sweep.start()
    sweep.cancel()
    assert sweep.wait(WAIT_S)
    assert workers.is_closed
    assert {trial.state for trial in sweep.trials} <= {"finished", "stopped"}
    assert sweep.is_over


def test_values_that_are_not_legal_together_are_refused_before_it_begins() -> None:
    ranges = (read_range("start_x", "1 to 2"), read_range("learning_rate", "0.1; 0.2"))
    with pytest.raises(ConfigError):
        Sweep(SweepPlan(CONFIG, ranges, "grid", 3), StraightWorkers())


def test_a_job_that_was_cancelled_counts_as_stopped() -> None:
    def cancelled(config: TrainingConfig) -> float:
        raise CancelledError

    sweep = swept(SweepPlan(CONFIG, RATE, "grid", 2), StraightWorkers(cancelled))
    assert {trial.state for trial in sweep.trials} == {"stopped"}
