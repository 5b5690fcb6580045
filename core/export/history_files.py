"""A run's history as CSV, JSON or NumPy's npz.

A history has rows of two kinds, one an update and one an evaluation. In the files each stands by itself: a CSV file has
one kind, JSON and npz have both, those of evaluations with a name that says so.
"""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from core.runs.recorded_columns import RecordedColumns

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet begins a formula with
EVALUATION_STEP = "evaluation_step"


def to_csv(history: RecordedColumns, evaluations: bool = False) -> str:
    r"""The rows of updates, or of `evaluations`, as CSV with a heading; numbers in the fewest digits that are exact.

    A column of several numbers a row becomes several columns, "parameters_0" and so on. Text that a spreadsheet would
    run as a formula stands behind an apostrophe; numbers stay numbers, negative ones too.

    >>> from core.runs.recorded_columns import RecordedColumns
    >>> to_csv(RecordedColumns({"step": np.arange(2), "loss": np.array([-1.5, np.inf])}, {}))
    'step,loss\r\n0,-1.5\r\n1,inf\r\n'
    """
    columns = _flat(history.by_evaluation if evaluations else history.by_update)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([plain_cell(name) for name in columns])
    writer.writerows(zip(*([_digits(value) for value in values] for values in columns.values()), strict=True))
    return file.getvalue()


def to_json(history: RecordedColumns) -> str:
    """All columns by name; a number that is not finite, which JSON does not have, is a text: "nan", "inf", "-inf"."""
    return json.dumps({name: _json_values(values) for name, values in _both(history).items()})


def to_npz(history: RecordedColumns) -> bytes:
    """All columns by name, as `numpy.load` reads them, with the dtypes they were recorded with."""
    file = io.BytesIO()
    np.savez_compressed(file, **_both(history))  # type: ignore[arg-type]  # its stub takes the names for flags
    return file.getvalue()


def plain_cell(text: str) -> str:
    """`text` as a spreadsheet shows it: behind an apostrophe where it would be run as a formula.

    >>> plain_cell("=1+1"), plain_cell("loss")
    ("'=1+1", 'loss')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _both(history: RecordedColumns) -> dict[str, np.ndarray]:
    evaluations = dict(history.by_evaluation)
    steps = {EVALUATION_STEP: evaluations.pop("step")} if "step" in evaluations else {}
    return {**history.by_update, **steps, **evaluations}


def _flat(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`columns` with one number a row in each."""
    flat: dict[str, np.ndarray] = {}
    for name, values in columns.items():
        parts = {name: values} if values.ndim == 1 else {f"{name}_{i}": part for i, part in enumerate(values.T)}
        flat |= parts
    return flat


def _digits(value: Any) -> str:
    return str(value)  # NumPy's own: the fewest digits that give the same float32 or float64


def _json_values(values: np.ndarray) -> list[Any]:
    if values.ndim > 1:
        return [_json_values(row) for row in values]
    return [value if isinstance(value, int) or math.isfinite(value) else str(value) for value in _exact(values)]


def _exact(values: np.ndarray) -> list[Any]:
    """Python numbers that read like the recorded ones: 0.1 for a float32 of 0.1, not 0.10000000149."""
    return values.tolist() if values.dtype != np.float32 else [float(str(value)) for value in values]


def save(history: RecordedColumns, path: str | os.PathLike[str]) -> list[Path]:
    """Writes the history to `path`, in the form that its ending says: .csv, .json or .npz; returns the files written.

    In CSV the evaluations, if there are any, stand in a file of their own, "run-evaluations.csv" beside "run.csv".

    Raises:
        ValueError: There is no such form.
    """
    path = Path(path)
    if path.suffix == ".json":
        path.write_text(to_json(history))
    elif path.suffix == ".npz":
        path.write_bytes(to_npz(history))
    elif path.suffix == ".csv":
        return _save_csv(history, path)
    else:
        raise ValueError(
            f"a history is written as .csv, .json or .npz, not as {path.suffix or 'a file without ending'}"
        )
    return [path]


def _save_csv(history: RecordedColumns, path: Path) -> list[Path]:
    path.write_text(to_csv(history), newline="")
    if not history.by_evaluation:
        return [path]
    beside = path.with_name(f"{path.stem}-evaluations.csv")
    beside.write_text(to_csv(history, evaluations=True), newline="")
    return [path, beside]
