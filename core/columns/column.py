"""A column of a table: its cells as numbers, texts or times, and the kind that says what can be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from core.columns.cell_parsing import labels
from core.number_format import shortest

if TYPE_CHECKING:
    from core.columns.date_cells import DateCells

Kind = Literal["number", "category", "date", "id", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
USED: tuple[Kind, ...] = ("number", "category", "date")  # the kinds that become features


@dataclass(frozen=True)
class Column:
    """A named column of one kind, with either `numbers`, `texts` or `dates`.

    `numbers` are float64 (n,) with nan for missing cells, `texts` have "" for missing ones, `dates` NaT. `words` are
    cells of a column of numbers that are none, with how often they occur, and `infinite` counts those too large to
    compute with; both count as missing.
    """

    name: str
    kind: Kind
    numbers: np.ndarray | None = None
    texts: tuple[str, ...] | None = None
    dates: DateCells | None = None
    words: tuple[tuple[str, int], ...] = ()
    infinite: int = 0

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The different values there are, missing cells aside: texts in alphabetical, others in their own order."""
        if self.texts is not None:
            return tuple(sorted(set(self.texts) - {""}))
        if self.numbers is not None:
            return tuple(shortest(number) for number in self._different.tolist())
        return tuple(map(str, self._different))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The different values as a page can show them, each another one."""
        return labels(self.values, str)

    @cached_property
    def n_values(self) -> int:
        """The number of different values, missing cells aside."""
        if self.texts is not None:
            return len(set(self.texts) - {""})  # sorting a column of names would take longer than reading it
        return len(self._different)

    @cached_property
    def codes(self) -> np.ndarray:
        """The index in `values` of each row, int64 (n,); -1 where the cell is missing."""
        if self.texts is not None:
            index = {"": -1, **{value: number for number, value in enumerate(self.values)}}
            return np.fromiter((index[text] for text in self.texts), np.int64, len(self.texts))
        raw = self._raw
        codes = np.full(len(raw), -1)
        codes[self.known] = np.unique(raw[self.known], return_inverse=True)[1]
        return codes

    @cached_property
    def known(self) -> np.ndarray:
        """Where there is a value, bool (n,)."""
        if self.texts is not None:
            return np.fromiter(map(bool, self.texts), bool, len(self.texts))
        return ~np.isnan(self._raw) if self.numbers is not None else ~np.isnat(self._raw)

    @property
    def missing(self) -> int:
        """The number of cells without a value that can be used."""
        return int(len(self.known) - self.known.sum())

    @property
    def is_used(self) -> bool:
        """True if a model can learn from it: of a kind that becomes features, with two values or more."""
        return self.kind in USED and self.n_values > 1

    @property
    def _raw(self) -> np.ndarray:
        if self.numbers is not None:
            return self.numbers
        assert self.dates is not None
        return self.dates.times

    @cached_property
    def _different(self) -> np.ndarray:
        return np.unique(self._raw[self.known])
