"""A table of columns, and how one of them becomes the target and the others features.

Numbers stay numbers, texts of few different values become one feature for each value, everything else is
left out; each such decision is a sentence in `notes`. Missing numbers stay nan here: standardizing replaces
them by the training mean.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.datasets.split import Examples
from core.field import ConfigError
from core.number_format import format_number, shortest
from core.tables.cell_parsing import clean_text, is_missing, number_in, plain_numbers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_ROWS = 10
MOST_CLASSES = 50
MOST_VALUES = 20  # of a text column that is used
MOST_FEATURES = 1_000
WHOLE_CLASSES = 20  # a target of whole numbers with at most so many values is guessed to be classes
LARGEST_NUMBER = 1e30  # beyond it squares would leave the range of float32 arithmetic
MOSTLY = 0.9  # of a column's cells that have to be numbers

TableTask = Literal["classification", "regression"]
TASKS: tuple[TableTask, ...] = ("classification", "regression")
TARGET_NAMES = ("target", "label", "class", "y", "outcome", "species", "diagnosis")


@dataclass(frozen=True)
class Column:
    """A named column: `numbers` float64 (n,) with nan for missing cells, or `texts` with "" for missing ones.

    Exactly one of the two is set. `not_numbers` cells of a column of numbers were text and `infinite` ones
    too large to compute with; both count as missing.
    """

    name: str
    numbers: np.ndarray | None = None
    texts: tuple[str, ...] | None = None
    not_numbers: int = 0
    infinite: int = 0

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The different values there are, missing cells aside: texts in alphabetical, numbers in their own order."""
        if self.texts is not None:
            return tuple(sorted(set(self.texts) - {""}))
        assert self.numbers is not None
        return tuple(shortest(number) for number in np.unique(self.numbers[~np.isnan(self.numbers)]).tolist())

    @cached_property
    def n_values(self) -> int:
        """How many different values there are, missing cells aside."""
        if self.texts is not None:
            return len(self.values)
        assert self.numbers is not None
        return len(np.unique(self.numbers[~np.isnan(self.numbers)]))

    @cached_property
    def codes(self) -> np.ndarray:
        """Which of the `values` each row has, int64 (n,); -1 where the cell is missing."""
        if self.texts is not None:
            index = {"": -1, **{value: number for number, value in enumerate(self.values)}}
            return np.fromiter((index[text] for text in self.texts), np.int64, len(self.texts))
        assert self.numbers is not None
        codes = np.full(len(self.numbers), -1)
        known = ~np.isnan(self.numbers)
        codes[known] = np.unique(self.numbers[known], return_inverse=True)[1]
        return codes

    @property
    def missing(self) -> int:
        """How many cells have no value that can be used."""
        if self.texts is not None:
            return self.texts.count("")
        assert self.numbers is not None
        return int(np.isnan(self.numbers).sum())


@dataclass(frozen=True)
class Table:
    """Columns of equal length, and notes on how they were read, one sentence each."""

    columns: tuple[Column, ...]
    n_rows: int
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def guess_target(self) -> str:
        """The column to predict: one that is called so, or else the last that has two values or more.

        A text of many values, a name or a comment, is no target.
        """
        varied = [
            column.name
            for column in self.columns
            if column.n_values > 1 and (column.texts is None or column.n_values <= MOST_CLASSES)
        ]
        for name in varied:
            if name.lower() in TARGET_NAMES:
                return name
        return varied[-1] if varied else self.names[-1]

    def guess_task(self, target: str) -> Literal["classification", "regression"]:
        """Classes where the target is text, or whole numbers of few values that come again and again."""
        column = self.column(target)
        if column.numbers is None:
            return "classification"
        known = column.numbers[~np.isnan(column.numbers)]
        n_values = column.n_values
        few = n_values <= 2 or (n_values <= WHOLE_CLASSES and len(known) >= 5 * n_values)
        return "classification" if few and np.all(known == np.round(known)) else "regression"

    def column(self, name: str) -> Column:
        """The column of this name. Raises ConfigError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ConfigError("The table has no column of this name.")


@dataclass(frozen=True)
class Prepared:
    """What a table offers to learn: x float64 (n, features) with nan for missing, y as the task needs it."""

    examples: Examples
    task: TableTask
    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def column_of(name: str, cells: Sequence[str], decimal_comma: bool) -> Column:
    """A column of numbers where at least 90 % of the cells that hold anything are numbers, else of texts."""
    numbers: Sequence[float | None] = plain_numbers_in(cells) or _numbers_in(cells, decimal_comma)
    values = np.array(numbers, np.float64)  # None becomes nan
    not_numbers = numbers.count(None)
    filled = not_numbers + np.count_nonzero(~np.isnan(values))
    if not_numbers > (1 - MOSTLY) * filled:
        return Column(name, texts=_texts_in(cells))
    too_large = np.abs(values) > LARGEST_NUMBER
    values[too_large] = math.nan
    return Column(name, values, not_numbers=not_numbers, infinite=int(too_large.sum()))


def _numbers_in(cells: Sequence[str], decimal_comma: bool) -> list[float | None]:
    """The cells' numbers, nan for missing ones and None for other text."""
    # Each different cell is read once: the slowest, which are no numbers, tend to come again and again.
    read = {cell: math.nan if is_missing(cell) else number_in(cell, decimal_comma) for cell in set(cells)}
    return [read[cell] for cell in cells]


def _texts_in(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells' texts, "" for missing ones."""
    read = {cell: "" if is_missing(cell) else cell.strip() for cell in set(cells)}
    return tuple(read[cell] for cell in cells)


def prepare(table: Table, target: str | None = None, task: str | None = None) -> Prepared:
    """The table as examples that predict the column `target` as `task`; both are guessed where None.

    Rows whose target is missing are left out. Raises ConfigError where nothing could be learned: no such
    column, fewer than 10 rows, a target of one value, of too many classes or of no numbers, no features.
    """
    target = table.guess_target() if target is None else target
    column = table.column(target)
    task = table.guess_task(target) if task is None else task
    learned = next((known for known in TASKS if known == task), None)
    if learned is None:
        raise ConfigError("A table can be learned as classification or as regression.")
    kept = _rows_with(column)
    notes = [*table.notes, *_notes_on_target(column, table.n_rows - len(kept))]
    if len(kept) < FEWEST_ROWS:
        rows = "one row" if len(kept) == 1 else f"{len(kept)} rows"
        raise ConfigError(f"There {'is' if len(kept) == 1 else 'are'} {rows} to learn from; {FEWEST_ROWS} are needed.")
    if column.n_values < 2:
        raise ConfigError(f"Every row has the same {target}, so there is nothing to predict.")
    y, classes = _classes_of(column, kept) if learned == "classification" else (_quantities_of(column, kept), ())
    x, features, left_out = _features_of(table, target, kept)
    notes += left_out
    return Prepared(Examples(x, y), learned, target, features, classes, tuple(notes))


def _rows_with(column: Column) -> np.ndarray:
    if column.numbers is not None:
        return np.flatnonzero(~np.isnan(column.numbers))
    return np.flatnonzero(column.codes >= 0)


def _notes_on_target(column: Column, dropped: int) -> list[str]:
    if not dropped:
        return []
    rows = "One row is" if dropped == 1 else f"{format_number(dropped)} rows are"
    return [f"{rows} left out, because {column.name} has no usable value there."]


def _classes_of(column: Column, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    if column.n_values > MOST_CLASSES:
        found = format_number(column.n_values)
        raise ConfigError(
            f"The column {column.name} has {found} different values; at most {MOST_CLASSES} classes can be told apart."
        )
    names = (clean_text(value) if column.numbers is None else value for value in column.values)
    return column.codes[kept].astype(np.int32), tuple(name or f"class {number}" for number, name in enumerate(names))


def _quantities_of(column: Column, kept: np.ndarray) -> np.ndarray:
    if column.numbers is None:
        raise ConfigError(f"The column {column.name} is text, so it can only be learned as classes.")
    return column.numbers[kept]


def _features_of(table: Table, target: str, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...], list[str]]:
    """x, the names of its columns, and what was left out or replaced."""
    parts: list[np.ndarray] = []
    names: list[str] = []
    reasons: Counter[str] = Counter()
    for column in table.columns:
        if column.name == target:
            continue
        added, reason = _feature_columns(column, kept)
        if reason:
            reasons[reason] += 1
        if len(names) + len(added) > MOST_FEATURES:
            raise ConfigError(f"The columns make more than {format_number(MOST_FEATURES)} features; leave some out.")
        parts += added.values()
        names += added
    if not parts:
        raise ConfigError(f"No other column is left from which to predict {target}.")
    return np.column_stack(parts), tuple(names), [_sentence(reason, count) for reason, count in reasons.items()]


def _feature_columns(column: Column, kept: np.ndarray) -> tuple[dict[str, np.ndarray], str]:
    """The features one column makes, by name, and the note it deserves ("" for none)."""
    if column.n_values < 2:
        return {}, "left out: the same in every row, or empty"
    if column.numbers is not None:
        reason = "with missing values, which count as the mean" if column.missing else ""
        if column.infinite:
            reason = "with infinite or huge numbers, which count as missing"
        elif column.not_numbers:
            reason = "with a few cells that are no numbers and count as missing"
        return {column.name: column.numbers[kept]}, reason
    if column.n_values > MOST_VALUES:
        return {}, f"left out: text with more than {MOST_VALUES} different values"
    codes = column.codes[kept]
    features = {
        f"{column.name}: {clean_text(value)}": (codes == code).astype(float) for code, value in enumerate(column.values)
    }
    return features, "of text turned into one feature for each value"


def _sentence(reason: str, count: int) -> str:
    columns = "One column" if count == 1 else f"{count} columns"
    return f"{columns} {reason}."
