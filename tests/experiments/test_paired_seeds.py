"""Two settings over several seeds, trained by real engines, beside runs of single trainers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.engines.pool import EnginePool
from core.experiments.paired_seeds import compare_seeds, decide, loss_at_the_end
from core.runs.recorded_columns import RecordedColumns
from core.training.build import build_objective, build_trainer
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher

SLOW = TrainingConfig(epochs=30, learning_rate=0.01, seed=5)
FAST = SLOW.replace(learning_rate=0.1)


@pytest.fixture(scope="module")
def pool(launcher: EngineLauncher) -> Iterator[EnginePool]:
    with EnginePool(2, launcher.connect) as pool:
        yield pool


def last_loss(config: TrainingConfig) -> float:
    """The loss before the last update, by a trainer of this process."""
    trainer = build_trainer(config, build_objective(config))
    return float(trainer.advance(config.epochs).loss[-1])


def test_each_pair_has_one_seed_for_both_and_the_differences_of_single_runs(pool: EnginePool) -> None:
    comparisons = list(compare_seeds(SLOW, FAST, pool, planned=5))
    assert [len(comparison.pairs) for comparison in comparisons] == [1, 2, 3, 4, 5]
    assert [pair.seed for pair in comparisons[-1].pairs] == [5, 6, 7, 8, 9]
    expected = [last_loss(SLOW.replace(seed=seed)) - last_loss(FAST.replace(seed=seed)) for seed in (5, 6, 7, 8, 9)]
    assert comparisons[-1].verdict.difference == pytest.approx(float(np.mean(expected)), rel=1e-5)
    assert comparisons[-1].sentence("slow", "fast").startswith("fast is better by ")


def test_it_ends_as_soon_as_it_is_decided(pool: EnginePool) -> None:
    comparison = decide(SLOW, FAST, pool, planned=8)
    assert comparison.verdict.answer == "second"
    assert len(comparison.pairs) < 8


def test_a_setting_compared_with_itself_leaves_no_difference(pool: EnginePool) -> None:
    comparison = decide(SLOW, SLOW, pool, planned=5)
    assert len(comparison.pairs) == 5
    assert (comparison.verdict.answer, comparison.verdict.difference) == ("none", 0.0)


def test_runs_that_diverge_are_said_and_bend_no_mean(pool: EnginePool) -> None:
    comparison = decide(SLOW, SLOW.replace(learning_rate=10.0, epochs=60), pool, planned=5)
    assert comparison.diverged == (0, 5)
    assert not comparison.is_decided
    assert comparison.sentence("A", "B") == "B diverged in 5 of 5 runs."


def test_leaving_the_loop_stops_what_has_not_ended(pool: EnginePool) -> None:
    endless = SLOW.replace(epochs=10**9)
    comparisons = compare_seeds(SLOW, SLOW, pool, planned=5)
    next(comparisons)
    comparisons.close()
    future = pool.submit(endless)
    wait_until(lambda: future.run is not None)
    future.stop()


def test_a_run_that_recorded_nothing_has_no_loss() -> None:
    assert np.isnan(loss_at_the_end(RecordedColumns({}, {})))
    assert loss_at_the_end(RecordedColumns({"step": np.arange(2), "loss": np.array([1.0, 0.5])}, {})) == 0.5
