"""A kept run as rows of the file's tables, and back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.store.kept_run import OF_CLOCK, OF_EVALUATIONS, OF_LAYERS, OF_UPDATES, KeptRun, Load, LoadInherited
from core.store.run_title import differing
from core.store.tables.packed_array import pack

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np

    from core.runs.recorded_columns import RecordedColumns

JSON_COLUMNS = ("settings", "changes", "versions", "replay")
FLAGS = ("starred", "hidden", "pinned")
OWN_FIELDS = tuple(f.name for f in fields(KeptRun) if f.name not in ("series", "load", "load_inherited", "differing"))


def run_of(row: sqlite3.Row, series: tuple[tuple[str, str], ...], load: Load, load_inherited: LoadInherited) -> KeptRun:
    """The run that a row of the table `runs` holds; `series` are the kind and name of what `load` finds of it."""
    values = {name: row[name] for name in OWN_FIELDS}
    values |= {name: _parsed(values[name]) for name in JSON_COLUMNS}
    values |= {name: bool(values[name]) for name in FLAGS}
    return KeptRun(**values, series=series, load=load, load_inherited=load_inherited)


def titled(runs: Sequence[KeptRun]) -> list[KeptRun]:
    """`runs`, of which those without a name know what tells them apart."""
    unnamed: dict[str, list[KeptRun]] = {}
    for run in runs:
        if not run.name:
            unnamed.setdefault(str(run.settings.get("problem")), []).append(run)
    names = {problem: differing([run.settings for run in alike]) for problem, alike in unnamed.items()}
    return [run if run.name else replace(run, differing=names[str(run.settings.get("problem"))]) for run in runs]


def as_row(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row by column, as SQLite takes them."""
    return {name: json.dumps(v) if name in JSON_COLUMNS else v for name, v in columns.items()}


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Any:
    """What a column's JSON says; many runs have the same settings, and a thousand took 50 ms to parse."""
    value = json.loads(text)
    return MappingProxyType(value) if isinstance(value, dict) else tuple(tuple(row) for row in value)


def packed_series(
    id: str, history: RecordedColumns, clock: Mapping[str, np.ndarray], layers: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, str, str, str, str, bytes]]:
    """The rows of the table `series` for a history, the readings of its clock and norms of its layers."""
    kinds = {
        OF_UPDATES: history.by_update, OF_EVALUATIONS: history.by_evaluation, OF_CLOCK: clock, OF_LAYERS: layers,
    }  # fmt: skip
    for kind, series in kinds.items():
        for name, values in series.items():
            yield id, kind, name, values.dtype.str, json.dumps(values.shape), pack(values)
