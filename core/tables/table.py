"""A table of columns of numbers or texts, and a guess what somebody would predict from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.field import ConfigError
from core.language import _
from core.number_format import shortest
from core.tables.cell_parsing import is_missing, number_in, plain_numbers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CLASSES = 50  # of a target
WHOLE_CLASSES = 20  # a target of whole numbers with at most so many values is guessed to be classes
LARGEST_NUMBER = 1e30  # beyond it squares would leave the range of float32 arithmetic
MOSTLY = 0.9  # of a column's cells that have to be numbers

TableTask = Literal["classification", "regression"]
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
        """The number of different values, missing cells aside."""
        if self.texts is not None:
            return len(self.values)
        assert self.numbers is not None
        return len(np.unique(self.numbers[~np.isnan(self.numbers)]))

    @cached_property
    def codes(self) -> np.ndarray:
        """The index in `values` of each row, int64 (n,); -1 where the cell is missing."""
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
        """The number of cells without a value that can be used."""
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

    def guess_task(self, target: str) -> TableTask:
        """Classes where the target is text, or whole numbers of few values that come again and again."""
        column = self.column(target)
        if column.numbers is None:
            return "classification"
        known = column.numbers[~np.isnan(column.numbers)]
        n_values = column.n_values
        few = n_values <= 2 or (n_values <= WHOLE_CLASSES and len(known) >= 5 * n_values)
        return "classification" if few and np.all(known == np.round(known)) else "regression"

    def column(self, name: str) -> Column:
        """The column of this name; raises ConfigError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ConfigError(_("The table has no column of this name."))


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
