"""What a notebook reads of a run: arrays by name, and a KeyError that lists the names there are."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from core.history.run_histories import RunHistories
from core.probes.finding import Finding
from core.runs.recorded_columns import RecordedColumns
from core.training.step_record import Steps
from tests.support.model_moments import evaluations

if TYPE_CHECKING:
    from core.runs.run import Run

POINTS = np.array([[1.0, 2.0], [0.5, 1.5], [0.25, 1.0]], np.float32)


def run_of_two_parameters() -> Run:
    record = RunHistories(2)
    record.append(Steps(0, np.array([3.0, 2.0, 1.0], np.float32), POINTS, 2 * POINTS, -POINTS, False))
    return cast("Run", SimpleNamespace(history=record.history, findings={}))


def run_of_many_parameters() -> Run:
    record, nothing = RunHistories(0), np.empty((3, 0), np.float32)
    norms = (np.array([3.0, 4.0, 5.0]), np.array([0.3, 0.4, 0.5]))
    record.append(Steps(0, np.array([3.0, 2.0, 1.0], np.float32), nothing, nothing, nothing, False, norms))
    found = {"evaluation": Finding(3, evaluations(3, count=2), 0.1)}
    return cast("Run", SimpleNamespace(history=record.history, findings=found))


def test_of_a_few_parameters_every_number_is_there() -> None:
    columns = RecordedColumns.of(run_of_two_parameters())
    assert list(columns) == ["step", "loss", "gradient_norm", "parameters", "gradients", "updates", "update_norm"]
    assert np.array_equal(columns["parameters"], POINTS)
    assert np.array_equal(columns["gradients"], 2 * POINTS)
    assert columns["update_norm"] == pytest.approx(np.hypot(POINTS[:, 0], POINTS[:, 1]))
    assert columns.steps("parameters").tolist() == [0, 1, 2]


def test_of_a_model_norms_and_evaluations_are_there_each_with_its_steps() -> None:
    run = run_of_many_parameters()
    columns, found = RecordedColumns.of(run), run.findings["evaluation"].value
    assert columns["update_norm"] == pytest.approx([0.3, 0.4, 0.5])
    assert np.array_equal(columns["validation_loss"], found.val_loss)
    assert np.array_equal(columns["training_metric"], found.train_metric)
    assert np.array_equal(columns.steps("validation_metric"), found.step)
    assert columns.steps("validation_metric").dtype == np.int64
    assert columns.steps("loss").tolist() == [0, 1, 2]
    assert "parameters" not in columns


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(KeyError, match="'accuracy'; there is step, loss, gradient_norm, parameters"):
        RecordedColumns.of(run_of_two_parameters())["accuracy"]
    with pytest.raises(KeyError, match="nothing yet"):
        RecordedColumns({}, {}).steps("loss")


NOT_PREPARED = cast("Run", SimpleNamespace(history=None, findings={}))


def test_a_run_that_is_not_prepared_has_the_columns_it_will_have_with_no_row() -> None:
    surface = RecordedColumns.of(NOT_PREPARED, parameters=2)
    later = RecordedColumns.of(run_of_two_parameters())
    assert list(surface) == list(later)
    assert {name: rows.shape for name, rows in surface.items()} == {n: (0, *later[n].shape[1:]) for n in later}
    assert [rows.dtype for rows in surface.values()] == [rows.dtype for rows in later.values()]


def test_a_model_that_was_not_evaluated_has_no_row_of_it_and_all_the_names() -> None:
    before, later = RecordedColumns.of(NOT_PREPARED, learns=True), RecordedColumns.of(run_of_many_parameters())
    assert list(before) == list(later)
    assert [rows.shape for rows in before.values()] == [(0,)] * len(later)
    assert [rows.dtype for rows in before.values()] == [rows.dtype for rows in later.values()]
    assert before.steps("validation_loss").dtype == np.int64


def test_what_was_read_does_not_grow_with_the_run() -> None:
    record = RunHistories(2)
    record.append(Steps(0, np.ones(3, np.float32), POINTS, POINTS, POINTS, False))
    columns = RecordedColumns.of(cast("Run", SimpleNamespace(history=record.history, findings={})))
    record.append(Steps(3, np.ones(3, np.float32), POINTS, POINTS, POINTS, False))
    assert len(columns["loss"]) == len(columns["step"]) == 3


def test_further_metrics_have_names_of_their_own() -> None:
    mae = np.array([0.5, 0.4]), np.array([0.6, 0.5])
    found = replace(evaluations(100, 2), others={"mae": mae})
    rows = {"step": np.arange(3), "loss": np.ones(3)}
    history = RecordedColumns.of_rows(rows, {"evaluation": Finding(100, found, 0.0)})
    np.testing.assert_array_equal(history["training_mae"], mae[0])
    np.testing.assert_array_equal(history["validation_mae"], mae[1])
    assert history.steps("validation_mae").tolist() == [0, 100]
    assert "mae" not in history
