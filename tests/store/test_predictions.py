"""The predictions of laws outlast the page that made them, count once, and are a visitor's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.laws.foretelling import Foretold, graded, keep_grades
from core.store.predictions import Grade, Prediction
from core.store.run_store import RunStore
from tests.store.test_run_file import of_version
from widgets.experiments.prediction_texts import score_texts

if TYPE_CHECKING:
    from pathlib import Path

CIRCLE = TrainingConfig.suited_to("circle").replace(size=800, width=None, depth=None)
CONFIGS = [CIRCLE.replace(seed=seed) for seed in (3, 4, 5)]
RUNS = graded(Foretold(800, loss=0.5, deviation=0.1), CONFIGS, [0.45, 0.9, float("inf")])


def test_a_run_that_diverged_has_no_grade_and_the_others_have_the_distance_in_deviations() -> None:
    assert [run.config.seed for run in RUNS] == [3, 4]
    assert [round(run.grade.z, 9) for run in RUNS] == [-0.5, 4.0]
    assert graded(None, CONFIGS, [1.0, 1.0, 1.0]) == []


def test_predictions_stay_in_the_file_and_one_that_is_made_again_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    for _page in range(2):
        store = RunStore(path)
        keep_grades(store, "size", RUNS)
        store.close()
    kept = RunStore(path).predictions
    assert [(each.settings, each.grade.predicted, each.grade.measured) for each in kept.of("size")] == [
        ("problem=circle&size=800", 0.5, 0.45), ("problem=circle&size=800&seed=4", 0.5, 0.9),
    ]  # fmt: skip
    assert kept.of("size and data") == []


def test_a_visitor_has_a_score_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    keep_grades(RunStore(path, "a visitor with a key"), "size", RUNS)
    assert len(RunStore(path, "a visitor with a key").predictions.of("size")) == 2
    assert RunStore(path, "another one with a key").predictions.of("size") == []


def test_a_file_from_before_there_were_predictions_keeps_its_runs_and_takes_some(tmp_path: Path) -> None:
    store = RunStore(of_version(5, tmp_path))
    assert [run.name for run in store] == ["old"]
    keep_grades(store, "size", RUNS)
    assert len(store.predictions.of("size")) == 2


def test_the_score_says_how_many_were_good_and_from_ten_on_how_many_should_be() -> None:
    good, bad = (Prediction("size", "", Grade(0.5, 0.1, measured)) for measured in (0.6, 0.8))
    assert score_texts([]) == []
    assert score_texts([good]) == ["Running score: 1 of one prediction lies within two deviations."]
    assert score_texts([good, bad]) == ["Running score: 1 of 2 predictions lie within two deviations."]
    assert score_texts([good] * 9 + [bad]) == [
        "Running score: 9 of 10 predictions lie within two deviations. About 19 of 20 should."
    ]
