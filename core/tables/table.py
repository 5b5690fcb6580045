"""A table of columns, each of one kind, with what was found out and decided while it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from core.columns.column import Column

PREVIEWED = 8  # rows that a page shows as they were read


@dataclass(frozen=True)
class Table:
    """Columns of equal length, and notes on how they were read, one sentence each.

    `encoding`, `delimiter`, `has_names` and `skipped_lines` say how the file was read, and `first_rows` are its first
    rows, cell by cell.
    """

    columns: tuple[Column, ...]
    n_rows: int
    notes: tuple[str, ...] = ()
    encoding: str = "UTF-8"
    encoding_guessed: bool = False
    delimiter: str = ","
    has_names: bool = True
    skipped_lines: int = 0
    first_rows: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name.

        Raises:
            ConfigError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise ConfigError(_("The table has no column of this name."))

    def times(self) -> np.ndarray | None:
        """The time of each row, datetime64[s] (n,), where a date column or one of years rises from row to row."""
        for column in self.columns:
            if column.dates is not None and column.kind == "date" and not column.dates.clock:
                times = column.dates.times
            elif _are_years(column):
                assert column.numbers is not None
                times = (column.numbers.astype(int) - 1970).astype("datetime64[Y]").astype("datetime64[s]")
            else:
                continue
            if len(times) > 2 and not np.isnat(times).any() and np.all(np.diff(times.astype(np.int64)) > 0):
                return times
        return None


def _are_years(column: Column) -> bool:
    numbers = column.numbers
    if numbers is None or column.kind != "number" or column.missing or not len(numbers):
        return False
    return bool(np.all((numbers > 1500) & (numbers < 2200) & (numbers == np.round(numbers))))
