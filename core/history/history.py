"""The record of a run: named columns, one row per update, in bounded memory.

A run may take a hundred million steps, and a screen shows a thousand points of them. So a History keeps
the newest rows whole, thins the older ones evenly over the steps when it is full, and gives a display
only as many rows as it can show. Every row it keeps or returns is one that was appended, never an average; what
became of all those that a display leaves out, its band says.

Thinning follows tsdownsample's MinMaxLTTB (Van Der Donckt et al., 2023): of each stretch of steps the
lowest and highest loss survive, so that spikes stay visible.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxDownsampler, MinMaxLTTBDownsampler

from core.history.band import MOST_SINGLE, Band, GrowingBand
from core.history.block_extremes import BLOCK, Extremes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Columns = dict[str, np.ndarray]

ROWS_A_POINT = 2 * BLOCK  # with more rows for each point shown, the extremes of blocks stand for all of them
SMALLEST_CAPACITY = 16  # tsdownsample fails on fewer than two bins, which thinning a smaller half would need


class History:
    """Append-only rows of named scalars. `len(history)` is how many rows are kept.

    `columns` maps each name to its dtype; "step" (int64, strictly increasing) and "loss" must be among
    them. At most `capacity` rows are kept: a million rows of a step and eight float32 values take 40 MB.

    One thread may append while others read: each method holds one lock, for well under a frame.
    """

    def __init__(self, columns: Mapping[str, npt.DTypeLike], capacity: int = 1_000_000) -> None:
        """Raises ValueError if "step" or "loss" is missing, step is not int64, or capacity is below 16."""
        if not {"step", "loss"} <= columns.keys() or np.dtype(columns["step"]) != np.int64:
            raise ValueError("a history needs a column step of int64 and a column loss")
        if capacity < SMALLEST_CAPACITY:
            raise ValueError(f"a history needs room for at least {SMALLEST_CAPACITY} rows")
        self.capacity = capacity
        self._columns: Columns = {name: np.empty(capacity, dtype) for name, dtype in columns.items()}
        self._length = 0
        self._total = 0
        self._extremes: dict[str, Extremes] = {}
        self._band, self._rows_in_band = GrowingBand(), 0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"History({len(self)} of {self.total} rows, {', '.join(self._columns)})"

    def __len__(self) -> int:
        return self._length

    @property
    def total(self) -> int:
        """The number of rows ever appended."""
        return self._total

    @property
    def columns(self) -> frozenset[str]:
        """The names of its columns."""
        return frozenset(self._columns)

    @property
    def nbytes(self) -> int:
        """Bytes the columns may take; the system commits them only as rows arrive."""
        return sum(column.nbytes for column in self._columns.values())

    def append(self, **arrays: npt.ArrayLike) -> None:
        """Add k >= 0 rows: for each column an array of length k, cast to the column's dtype.

        Raises ValueError, and adds nothing, if a column is missing or unknown, the arrays are not one-
        dimensional and equally long, or the steps do not go on increasing.
        """
        rows = self._checked(arrays)
        with self._lock:
            self._check_steps(rows["step"])
            while len(rows["step"]):
                rows = self._append_what_fits(rows)

    def row_of(self, step: int) -> dict[str, int | float] | None:
        """The row of `step` as Python numbers by column; None if it is not kept."""
        with self._lock:
            place = int(np.searchsorted(self._columns["step"][: self._length], step))
            if place == self._length or self._columns["step"][place] != step:
                return None
            return {name: column[place].item() for name, column in self._columns.items()}

    def last(self) -> dict[str, int | float] | None:
        """The newest row as Python numbers by column, or None if there is no row yet."""
        with self._lock:
            if not self._length:
                return None
            return {name: column[self._length - 1].item() for name, column in self._columns.items()}

    def rows(self) -> Columns:
        """All rows that are kept, as a copy: a dict of equally long arrays in step order."""
        with self._lock:
            return {name: column[: self._length].copy() for name, column in self._columns.items()}

    def request_rows(self) -> Callable[[], Columns]:
        """A function that returns the rows, of an ended run those it ended with."""
        return self.rows

    def view(self, n_points: int, by: str = "loss", columns: Iterable[str] | None = None) -> Columns:
        """At most `n_points` of the kept rows, as a copy: a dict of equally long arrays in step order.

        The first and the newest row are always among them; between them those that best draw the shape of
        column `by` over the steps. `columns` names the columns to return, all by default. Non-finite
        values count as the largest finite one when rows are chosen, and are returned as they are.
        Raises ValueError for fewer than 2 points, KeyError for an unknown column.
        """
        if n_points < 2:
            raise ValueError("a view needs at least 2 points: the first and the newest row")
        names = self._columns if columns is None else tuple(columns)
        # Chosen under the lock: at a million rows that takes less time than copying them out would.
        with self._lock:
            chosen = self._choose(n_points, by, self._length)
            return {name: self._columns[name][: self._length][chosen] for name in names}

    def view_before(self, step: int, n_points: int, columns: Iterable[str] | None = None) -> Columns:
        """Returns a `view` without the rows from `step` on: those that came after a moment that is to be shown."""
        if n_points < 2:
            raise ValueError("a view needs at least 2 points: the first and the newest row")
        names = self._columns if columns is None else tuple(columns)
        with self._lock:
            length = int(np.searchsorted(self._columns["step"][: self._length], step))
            chosen = self._choose(n_points, "loss", length)
            return {name: self._columns[name][:length][chosen] for name in names}

    def before(self, step: int) -> History:
        """A history of the rows before `step`."""
        rows = self.rows()
        known = rows["step"] < step
        history = History({name: values.dtype for name, values in rows.items()}, self.capacity)
        history.append(**{name: values[known] for name, values in rows.items()})
        return history

    def band_before(self, step: int) -> Band | None:
        """The band of the losses of all rows ever appended, in stretches that end before `step`.

        None as long as there are at most `MOST_SINGLE` rows: they can be drawn as they are.
        """
        band = self.band()
        return None if band is None else band.before(step)

    def band(self) -> Band | None:
        """The band of the losses of all rows ever appended; None while each row can be drawn."""
        with self._lock:
            if self._total <= MOST_SINGLE:
                return None
            self._bring_into_band()
            return self._band.band()

    def _bring_into_band(self) -> None:
        """Adds the rows that came since to the band: nobody may look for long, and appending is to cost nothing."""
        new = slice(self._rows_in_band, self._length)
        self._band.add(self._columns["step"][new], self._columns["loss"][new])
        self._rows_in_band = self._length

    def _checked(self, arrays: Mapping[str, npt.ArrayLike]) -> Columns:
        if arrays.keys() != self._columns.keys():
            raise ValueError(f"a row has the columns {', '.join(self._columns)}, not {', '.join(arrays)}")
        rows = {name: np.asarray(values) for name, values in arrays.items()}
        if len({values.shape for values in rows.values()}) != 1 or rows["step"].ndim != 1:
            raise ValueError("all columns must be one-dimensional and equally long")
        return rows

    def _check_steps(self, steps: np.ndarray) -> None:
        continues = not self._length or not len(steps) or steps[0] > self._columns["step"][self._length - 1]
        if not continues or np.any(steps[1:] <= steps[:-1]):
            raise ValueError("steps must increase from row to row")

    def _append_what_fits(self, rows: Columns) -> Columns:
        """Store rows up to the capacity and return those left over, with room made for them."""
        start = self._length
        stop = min(start + len(rows["step"]), self.capacity)
        for name, column in self._columns.items():
            column[start:stop] = rows[name][: stop - start]
        self._length = stop
        self._total += stop - start
        if stop == self.capacity:
            self._compact()
        return {name: values[stop - start :] for name, values in rows.items()}

    def _compact(self) -> None:
        """Thin the older half of the rows to half of it, and close the gap."""
        self._bring_into_band()
        older = self.capacity // 2
        # Bins are equally wide in steps, not in rows, so that what was thinned before is not thinned
        # again and again: old and less old rows end up equally dense.
        kept = MinMaxDownsampler().downsample(
            self._columns["step"][:older], self._columns["loss"][:older], n_out=older // 4 * 2
        )
        kept = np.union1d(kept, [0]).astype(np.intp)  # the run's first row stays, whatever its loss
        newer = self._length - older
        for column in self._columns.values():
            column[: len(kept)] = column[kept]
            column[len(kept) : len(kept) + newer] = column[older : self._length].copy()
        self._length = self._rows_in_band = len(kept) + newer
        for extremes in self._extremes.values():
            extremes.forget()

    def _choose(self, n_points: int, by: str, length: int) -> np.ndarray:
        """The places of at most `n_points` of the first `length` rows."""
        values = self._columns[by][:length]
        if length <= n_points:
            return np.arange(length)
        if n_points == 2:
            return np.array([0, length - 1])
        # Evenly over the rows, not over the steps: five times faster, and it is called for every frame.
        if length <= ROWS_A_POINT * n_points:
            return MinMaxLTTBDownsampler().downsample(_finite(values), n_out=n_points)
        candidates = self._extremes.setdefault(by, Extremes()).candidates(values)
        return candidates[MinMaxLTTBDownsampler().downsample(_finite(values[candidates]), n_out=n_points)]


def _finite(values: np.ndarray) -> np.ndarray:
    """The values with each non-finite one replaced by the largest finite one (0 if there is none)."""
    good = np.isfinite(values)
    if good.all():
        return values
    return np.where(good, values, values[good].max(initial=0))
