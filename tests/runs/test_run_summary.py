"""A run in numbers: counted by hand, and nothing of the model is held on to."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.datasets.split import Split
from core.language import Text
from core.learning.facts import LearnerFacts, fingerprint
from core.models.card import ModelCard
from core.probes.finding import Finding
from core.runs.past.setting_changes import SettingChange
from core.runs.run_summary import MOST_RUNS, RunSummary, summary_of, with_run
from core.runs.status import Status
from core.training.batches import Batches, examples_seen
from tests.support.model_moments import cost, evaluations, setup_of

PLAIN = int, float, str, Text, bool, type(None), TrainingConfig
COST = cost({1: (0.41, 0.666), 256: (2.0, 31.25)})


FACTS = LearnerFacts(ModelCard(1482, (), 2880, 5928), n_examples=1437, updates_per_epoch=45, held_out="these")


def run(steps: int = 100, findings: dict[str, Any] | None = None, **more: Any) -> Any:
    """What a summary reads of a run that played for four seconds."""
    found = {name: Finding(steps, value, 0.01) for name, value in (findings or {}).items()}
    told = {"step": steps, "findings": found, "marks": [], "status": Status.PAUSED, "seconds_played": 4.0}
    return SimpleNamespace(**{**told, "seconds_per_update": 0.0008, **more})


def summary(steps: int = 100, findings: dict[str, Any] | None = None, **more: Any) -> RunSummary:
    setup = setup_of(batch_size=32)
    return summary_of(run(steps, findings, **more), setup, FACTS, setup.config)


def split_of(x_val: np.ndarray, y_val: np.ndarray) -> Split:
    return Split(np.zeros((3, *x_val.shape[1:])), np.zeros((3, *y_val.shape[1:])), x_val, y_val)


@pytest.mark.parametrize(("n", "batch_size"), [(100, 10), (103, 10), (7, 32), (50, 50)])
@pytest.mark.parametrize("steps", [0, 1, 11, 27])
def test_examples_seen_are_those_that_the_batches_hold(n: int, batch_size: int, steps: int) -> None:
    drawn = int((Batches(n, batch_size).peek(steps)[:steps] >= 0).sum())
    assert examples_seen(steps, n, batch_size) == drawn


def test_examples_per_second_are_those_of_the_whole_run() -> None:
    # 1437 examples are 45 batches, the last of 29: two epochs and ten batches of 32, in four seconds
    assert summary(100).examples == 2 * 1437 + 10 * 32
    assert summary(100).examples_per_second == (2874 + 320) / 4
    assert summary(100, seconds_played=0.0).examples_per_second is None


def test_what_the_model_is_and_takes_comes_from_its_card() -> None:
    told = summary()
    assert (told.family, told.data, told.metric) == ("MLP", "Digits 8 × 8", "accuracy")
    assert (told.parameters, told.flops, told.weight_bytes) == (1482, 2880, 5928)
    assert (told.steps, told.seconds, told.seconds_per_update, told.held_out) == (100, 4.0, 0.0008, "these")


def test_on_how_many_held_out_examples_a_run_is_validated_is_known_of_its_model() -> None:
    setup = setup_of(batch_size=32)
    assert summary_of(run(), setup, replace(FACTS, n_validated=512), setup.config).validated_on == 512
    assert summary().validated_on is None


def test_answers_are_the_measured_medians() -> None:
    assert summary(findings={"cost": COST}).answer_ms == {1: 0.41, 256: 2.0}
    assert summary().answer_ms == {}


@pytest.mark.parametrize(("metric", "best"), [("accuracy", 0.8), ("R2", 0.8), ("perplexity", 0.5)])
def test_the_best_evaluation_counts_and_the_untrained_model_does_not(metric: str, best: float) -> None:
    found = replace(
        evaluations(step=300, count=4, metric=metric),
        val_metric=np.array([0.1 if metric == "perplexity" else 0.99, 0.5, 0.8, 0.7]),
        val_loss=np.array([0.01, np.nan, 0.6, np.inf]),
    )
    told = summary(300, {"evaluation": found})
    assert (told.best_metric, told.lowest_loss) == (best, 0.6)


def test_before_the_first_update_nothing_has_been_reached() -> None:
    told = summary(0, {"evaluation": evaluations(step=0, count=1)})
    assert (told.best_metric, told.lowest_loss) == (None, None)


def test_a_setting_changed_on_the_way_keeps_the_step_of_its_last_change() -> None:
    marks = [
        SettingChange(10, "learning_rate", 0.1, 0.2),
        SettingChange(40, "learning_rate", 0.2, 0.3),
        SettingChange(20, "rho", 0.9, 0.8),
    ]
    assert summary(marks=marks).changed_at == {"learning_rate": 40, "rho": 20}


def test_a_run_that_diverged_is_told_as_such() -> None:
    assert summary(status=Status.DIVERGED).diverged
    assert not summary().diverged


def test_of_a_file_of_ones_own_the_target_is_told_too() -> None:
    setup = setup_of()
    own = replace(setup.dataset, name="csv", label="Your CSV", target="height")
    assert summary_of(run(), replace(setup, dataset=own), FACTS, setup.config).data == "Your CSV, height"


def test_a_summary_holds_numbers_and_words_only() -> None:
    told = summary(300, {"evaluation": evaluations(300), "cost": COST}, marks=[SettingChange(10, "rho", 0.1, 0.2)])
    values = [getattr(told, f.name) for f in fields(told)]
    flat = [v for value in values for v in (value.values() if isinstance(value, dict) else [value])]
    assert all(type(value) in PLAIN for value in flat)


def test_as_many_runs_are_kept_as_stand_side_by_side_with_the_next_one_the_newest_first() -> None:
    kept: tuple[RunSummary, ...] = ()
    for steps in range(1, 9):
        kept = with_run(kept, summary(steps))
    assert [told.steps for told in kept] == [8, 7, 6, 5]
    assert len(kept) == MOST_RUNS - 1


def test_a_run_that_took_no_step_is_not_kept() -> None:
    kept = with_run((), summary(5))
    assert with_run(kept, summary(0)) == with_run(kept, None) == kept


def test_only_the_same_validation_examples_have_the_same_fingerprint() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(400, 3)).astype("float32"), rng.integers(0, 2, 400).astype("int32")
    other_x, other_y = x.copy(), y.copy()
    other_x[0, 0] += 1
    other_y[-1] = 1 - other_y[-1]
    prints = {fingerprint(split_of(*part)) for part in ((x, y), (other_x, y), (x, other_y), (x[:-1], y[:-1]))}
    assert len(prints) == 4
    assert fingerprint(split_of(x[::1].copy(), y)) == fingerprint(split_of(x, y))
