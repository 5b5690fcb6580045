from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.export.history_files import plain_cell, save, to_csv, to_json, to_npz
from core.runs.recorded_columns import RecordedColumns

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def history() -> RecordedColumns:
    numbers = np.random.default_rng(0)
    loss = numbers.normal(size=50).astype(np.float32)
    loss[:3] = np.nan, np.inf, -np.inf
    by_update: dict[str, np.ndarray] = {"step": np.arange(50), "loss": loss}
    by_update["parameters"] = numbers.normal(size=(50, 2))
    return RecordedColumns(by_update, {"step": np.array([0, 9]), "validation_loss": np.array([0.1, -0.25])})


def test_csv_reads_back_exactly(history: RecordedColumns) -> None:
    heading, *rows = csv.reader(io.StringIO(to_csv(history)))
    assert heading == ["step", "loss", "parameters_0", "parameters_1"]
    read = np.array(rows, dtype=float)
    np.testing.assert_array_equal(read[:, 0], history["step"])
    np.testing.assert_array_equal(read[:, 1].astype(np.float32), history["loss"])
    np.testing.assert_array_equal(read[:, 2:], history["parameters"])


def test_csv_of_evaluations_has_their_own_steps(history: RecordedColumns) -> None:
    assert to_csv(history, evaluations=True) == "step,validation_loss\r\n0,0.1\r\n9,-0.25\r\n"


def test_json_is_standard_and_reads_back_exactly(history: RecordedColumns) -> None:
    read = json.loads(to_json(history), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    np.testing.assert_array_equal(np.array(read["loss"], dtype=float).astype(np.float32), history["loss"])
    np.testing.assert_array_equal(np.array(read["parameters"]), history["parameters"])
    assert read["loss"][:3] == ["nan", "inf", "-inf"]
    assert read["evaluation_step"] == [0, 9]
    assert set(read) == {*history, "evaluation_step"}


def test_npz_reads_back_with_its_dtypes(history: RecordedColumns) -> None:
    with np.load(io.BytesIO(to_npz(history))) as read:
        assert set(read) == {*history, "evaluation_step"}
        for name in history:
            assert read[name].dtype == history[name].dtype
            assert read[name].tobytes() == history[name].tobytes()


@pytest.mark.parametrize("text", ["=HYPERLINK(A1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    history = RecordedColumns({"step": np.array([0]), text: np.array([-1.0])}, {})
    heading, row = csv.reader(io.StringIO(to_csv(history), newline=""))
    assert heading[1] == f"'{text}"
    assert row == ["0", "-1.0"]  # a number stays one, also below 0


def test_the_ending_says_the_form(history: RecordedColumns, tmp_path: Path) -> None:
    assert [file.name for file in save(history, tmp_path / "run.csv")] == ["run.csv", "run-evaluations.csv"]
    assert (tmp_path / "run.csv").read_bytes() == to_csv(history).encode()
    assert [file.name for file in save(history, tmp_path / "run.json")] == ["run.json"]
    assert json.loads((tmp_path / "run.json").read_text())["step"] == [*range(50)]
    (file,) = save(history, tmp_path / "run.npz")
    with np.load(file) as read:
        assert len(read["loss"]) == 50
    with pytest.raises(ValueError, match=r"not as \.xlsx"):
        save(history, tmp_path / "run.xlsx")
