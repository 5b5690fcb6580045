"""The reading of a file in full: as an object for other programs, and in words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import ConfigError
from core.language import _, shown
from core.tables.csv_reader import AS_FOUND, ReadingChoices, read_csv
from core.tables.features import notes_on_features
from core.tables.preparation import prepare
from core.tables.target import suggest_target

if TYPE_CHECKING:
    from core.columns.column import Column
    from core.tables.preparation import Prepared
    from core.tables.table import Table


def reading_of_file(data: bytes, target: str | None = None, choices: ReadingChoices = AS_FOUND) -> dict[str, Any]:
    """All that is found in a file, as plain JSON.

    Returns:
        encoding, encoding_guessed, delimiter, header, skipped_lines, rows, columns (name, kind, used, missing, values,
        min, max), suggested_target, target (name, task, classes with their rows), notes, and refused: None, or the
        sentence why nothing can be learned; a file that cannot be read at all has that alone.
    """
    try:
        table = read_csv(data, choices)
    except ConfigError as error:
        return {"refused": error.sentence}
    reading = _of_table(table)
    try:
        prepared = prepare(table, target)
    except ConfigError as error:
        notes = [*table.notes, *notes_on_features(table, target or reading["suggested_target"])]
        return {**reading, "target": None, "notes": [shown(note) for note in notes], "refused": error.sentence}
    return {**reading, **_of_target(table, prepared), "refused": None}


def _of_table(table: Table) -> dict[str, Any]:
    return {
        "encoding": table.encoding,
        "encoding_guessed": table.encoding_guessed,
        "delimiter": table.delimiter,
        "header": table.has_names,
        "skipped_lines": table.skipped_lines,
        "rows": table.n_rows,
        "columns": [_of_column(column) for column in table.columns],
        "suggested_target": suggest_target(table),
    }


def _of_column(column: Column) -> dict[str, Any]:
    known = column.numbers[column.known] if column.numbers is not None else np.empty(0)
    return {
        "name": column.name,
        "kind": column.kind,
        "used": column.is_used,
        "missing": column.missing,
        "values": column.n_values,
        "min": float(known.min()) if len(known) else None,
        "max": float(known.max()) if len(known) else None,
    }


def _of_target(table: Table, prepared: Prepared) -> dict[str, Any]:
    rows = np.bincount(prepared.examples.y, minlength=len(prepared.classes)) if prepared.classes else ()
    task = "classes" if prepared.classes else "regression"
    classes = {name: int(count) for name, count in zip(prepared.classes, rows, strict=True)}
    return {
        "target": {"name": prepared.target, "task": task, "classes": classes},
        "notes": [shown(note) for note in prepared.notes],
    }


def in_words(reading: dict[str, Any]) -> str:
    """The reading as lines of text."""
    if "rows" not in reading:
        return reading["refused"]
    delimiter = {" ": _("blanks"), "\t": _("tabs")}.get(reading["delimiter"], reading["delimiter"])
    lines = [
        _("{rows} rows, {columns} columns, separated by {delimiter}, in {encoding}",
          rows=reading["rows"], columns=len(reading["columns"]), delimiter=delimiter, encoding=reading["encoding"]),
        *(_column_line(column) for column in reading["columns"]),
        *(_target_lines(reading) if reading["target"] else []),
        *reading["notes"],
        *([reading["refused"]] if reading["refused"] else []),
    ]  # fmt: skip
    return "\n".join(lines)


def _column_line(column: dict[str, Any]) -> str:
    used = " " if column["used"] else "-"
    span = "" if column["min"] is None else f"  {column['min']:g} … {column['max']:g}"
    return f"{used} {column['name']:<40} {column['kind']:<9} {column['values']:>7}{span}"


def _target_lines(reading: dict[str, Any]) -> list[str]:
    target = reading["target"]
    lines = [str(_("target: {name} ({task})", name=target["name"], task=target["task"]))]
    return lines + [f"    {name}: {rows}" for name, rows in target["classes"].items()]
