"""One column of a table becomes the target and the others features.

Numbers stay numbers, texts of few different values become one feature for each value, everything else is
left out; each such decision is a sentence in `notes`. Missing numbers stay nan here: standardizing replaces
them by the training mean.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.datasets.split import Examples
from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number
from core.tables.cell_parsing import clean_text
from core.tables.table import MOST_CLASSES, TableTask

if TYPE_CHECKING:
    from core.tables.table import Column, Table

FEWEST_ROWS = 10
MOST_VALUES = 20  # of a text column that is used
MOST_FEATURES = 1_000

TASKS: tuple[TableTask, ...] = ("classification", "regression")


@dataclass(frozen=True)
class Prepared:
    """A table ready to be learned: x float64 (n, features) with nan for missing, y as the task needs it.

    `notes` are sentences on what was left out or replaced.
    """

    examples: Examples
    task: TableTask
    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def prepare(table: Table, target: str | None = None, task: str | None = None) -> Prepared:
    """The table as examples that predict the column `target` as `task`; both are guessed where None.

    Rows whose target is missing are left out.

    Raises:
        ConfigError: nothing could be learned, for there is no such column, there are fewer than 10 rows or no
            features, or the target has one value, too many classes or no numbers.
    """
    target = table.guess_target() if target is None else target
    column = table.column(target)
    task = table.guess_task(target) if task is None else task
    learned = next((known for known in TASKS if known == task), None)
    if learned is None:
        raise ConfigError(_("A table can be learned as classification or as regression."))
    kept = _rows_with(column)
    notes = [*table.notes, *_notes_on_target(column, table.n_rows - len(kept))]
    if len(kept) < FEWEST_ROWS:
        raise ConfigError(_too_few(len(kept)))
    if column.n_values < 2:
        raise ConfigError(_("Every row has the same {target}, so there is nothing to predict.", target=target))
    y, classes = _classes_of(column, kept) if learned == "classification" else (_quantities_of(column, kept), ())
    x, features, left_out = _features_of(table, target, kept)
    notes += left_out
    return Prepared(Examples(x, y), learned, target, features, classes, tuple(notes))


def _too_few(rows: int) -> str:
    return ngettext(
        "There is one row to learn from; {fewest} are needed.",
        "There are {count} rows to learn from; {fewest} are needed.",
        rows,
        fewest=FEWEST_ROWS,
    )


def _rows_with(column: Column) -> np.ndarray:
    if column.numbers is not None:
        return np.flatnonzero(~np.isnan(column.numbers))
    return np.flatnonzero(column.codes >= 0)


def _notes_on_target(column: Column, dropped: int) -> list[str]:
    if not dropped:
        return []
    note = ngettext(
        "One row is left out, because {target} has no usable value there.",
        "{count} rows are left out, because {target} has no usable value there.",
        dropped,
        count=format_number(dropped),
        target=column.name,
    )
    return [note]


def _classes_of(column: Column, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    if column.n_values > MOST_CLASSES:
        raise ConfigError(_too_many_classes(column))
    names = (clean_text(value) if column.numbers is None else value for value in column.values)
    return column.codes[kept].astype(np.int32), tuple(name or _name_of(number) for number, name in enumerate(names))


def _too_many_classes(column: Column) -> str:
    return _(
        "The column {name} has {count} different values; at most {limit} classes can be told apart.",
        name=column.name,
        count=format_number(column.n_values),
        limit=MOST_CLASSES,
    )


def _name_of(number: int) -> str:
    """A name for a class whose own has no letter that is safe to show; a plain str, the same in every language."""
    return str(_("class {number}", number=number))


def _quantities_of(column: Column, kept: np.ndarray) -> np.ndarray:
    if column.numbers is None:
        raise ConfigError(_("The column {name} is text, so it can only be learned as classes.", name=column.name))
    return column.numbers[kept]


def _features_of(table: Table, target: str, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...], list[str]]:
    """x, the names of its columns, and what was left out or replaced."""
    parts: list[np.ndarray] = []
    names: list[str] = []
    remarks: Counter[Remark] = Counter()
    for column in table.columns:
        if column.name == target:
            continue
        added, remark = _feature_columns(column, kept)
        if remark:
            remarks[remark] += 1
        if len(names) + len(added) > MOST_FEATURES:
            limit = format_number(MOST_FEATURES)
            raise ConfigError(_("The columns make more than {limit} features; leave some out.", limit=limit))
        parts += added.values()
        names += added
    if not parts:
        raise ConfigError(_("No other column is left from which to predict {target}.", target=target))
    return np.column_stack(parts), tuple(names), [_sentence(remark, count) for remark, count in remarks.items()]


Remark = Literal["constant", "many texts", "missing", "infinite", "not numbers", "texts"]


def _feature_columns(column: Column, kept: np.ndarray) -> tuple[dict[str, np.ndarray], Remark | None]:
    """The features one column makes, by name, and the remark it deserves."""
    if column.n_values < 2:
        return {}, "constant"
    if column.numbers is not None:
        return {column.name: column.numbers[kept]}, _remark_on_numbers(column)
    if column.n_values > MOST_VALUES:
        return {}, "many texts"
    codes = column.codes[kept]
    features = {
        f"{column.name}: {clean_text(value)}": (codes == code).astype(float) for code, value in enumerate(column.values)
    }
    return features, "texts"


def _remark_on_numbers(column: Column) -> Remark | None:
    if column.infinite:
        return "infinite"
    if column.not_numbers:
        return "not numbers"
    return "missing" if column.missing else None


def _sentence(remark: Remark, count: int) -> str:
    """The note on `count` columns that deserve the same remark."""
    if remark == "constant":
        return ngettext(
            "One column left out: the same in every row, or empty.",
            "{count} columns left out: the same in every row, or empty.",
            count,
        )
    if remark == "many texts":
        return ngettext(
            "One column left out: text with more than {limit} different values.",
            "{count} columns left out: text with more than {limit} different values.",
            count,
            limit=MOST_VALUES,
        )
    if remark == "missing":
        return ngettext(
            "One column with missing values, which count as the mean.",
            "{count} columns with missing values, which count as the mean.",
            count,
        )
    if remark == "infinite":
        return ngettext(
            "One column with infinite or huge numbers, which count as missing.",
            "{count} columns with infinite or huge numbers, which count as missing.",
            count,
        )
    if remark == "not numbers":
        return ngettext(
            "One column with a few cells that are no numbers and count as missing.",
            "{count} columns with a few cells that are no numbers and count as missing.",
            count,
        )
    return ngettext(
        "One column of text turned into one feature for each value.",
        "{count} columns of text turned into one feature for each value.",
        count,
    )
