"""The band of a column: the lowest, the highest and the mean value of equal stretches of steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

MOST_STRETCHES = 250  # of a band, and at least half as many once there are so many steps: two pixels or more each
MOST_SINGLE = 500  # rows that a chart can draw as they are


@dataclass(frozen=True)
class Band:
    """Stretches of at most `width` steps each, in the order of steps.

    Attributes:
        first: The first step of each stretch, int64 (k,).
        last: The last step of each that was recorded or would have been, int64 (k,).
        low: The lowest finite value of each, float64 (k,).
        high: The highest finite value of each, float64 (k,).
        mean: The mean of the finite values of each, float64 (k,).
        width: The number of steps in a stretch; the last one may be shorter.
    """

    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    width: int

    @property
    def middle(self) -> np.ndarray:
        """The middle of each stretch, float64 (k,) in steps."""
        return (self.first + self.last) / 2

    def before(self, step: int) -> Band:
        """The stretches that end before `step`."""
        n = int(np.searchsorted(self.last, step))
        return replace(
            self, first=self.first[:n], last=self.last[:n], low=self.low[:n], high=self.high[:n], mean=self.mean[:n]
        )


class GrowingBands:
    """The bands of columns that only grow, however long, in a few kilobytes each.

    A stretch has 1, 2, 4, ... steps: when there are too many of them, two become one, of which lowest, highest and
    mean are exact. A value that is not finite belongs to none.
    """

    def __init__(self, columns: int, most: int = MOST_STRETCHES) -> None:
        """Of so many columns; `most` stretches, an even number, and once there are so many at least half as many."""
        self._width, self._origin, self._newest, self._most = 1, 0, -1, most
        self._low, self._high = np.full((columns, most), np.inf), np.full((columns, most), -np.inf)
        self._sum, self._count = np.zeros((columns, most)), np.zeros((columns, most))

    def add(self, steps: np.ndarray, values: np.ndarray) -> None:
        """Adds the values (columns, n) at `steps`, int64 (n,), which increase and follow those before."""
        if not len(steps):
            return
        if self._newest < 0:
            self._origin = int(steps[0])
        self._newest = int(steps[-1])
        while (self._newest - self._origin) // self._width >= self._most:
            self._join()
        self._count_in((steps - self._origin) // self._width, values.astype(float))

    def bands(self) -> list[Band]:
        """Of each column the stretches that have a value."""
        return [self._band(column) for column in range(len(self._count))]

    def _band(self, column: int) -> Band:
        count = self._count[column]
        (there,) = np.nonzero(count)
        first = self._origin + there * self._width
        last = np.minimum(first + self._width - 1, self._newest)
        low, high = self._low[column, there], self._high[column, there]
        return Band(first, last, low, high, self._sum[column, there] / count[there], self._width)

    def _count_in(self, places: np.ndarray, values: np.ndarray) -> None:
        """Adds `values`, float64 (columns, n), to the stretches `places`, which do not decrease."""
        finite = np.isfinite(values)
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        at = places[starts]
        lowest = np.minimum.reduceat(np.where(finite, values, np.inf), starts, axis=1)
        highest = np.maximum.reduceat(np.where(finite, values, -np.inf), starts, axis=1)
        self._low[:, at] = np.minimum(self._low[:, at], lowest)
        self._high[:, at] = np.maximum(self._high[:, at], highest)
        self._sum[:, at] += np.add.reduceat(np.where(finite, values, 0.0), starts, axis=1)
        self._count[:, at] += np.add.reduceat(finite.astype(float), starts, axis=1)

    def _join(self) -> None:
        """Makes one stretch of every two."""
        half = self._most // 2
        for column, join, nothing in (
            (self._low, np.minimum, np.inf),
            (self._high, np.maximum, -np.inf),
            (self._sum, np.add, 0.0),
            (self._count, np.add, 0.0),
        ):
            column[:, :half] = join(column[:, ::2], column[:, 1::2])
            column[:, half:] = nothing
        self._width *= 2


class GrowingBand:
    """The band of one column; see `GrowingBands`."""

    def __init__(self) -> None:
        self._bands = GrowingBands(1)

    def add(self, steps: np.ndarray, values: np.ndarray) -> None:
        """Adds a value at each of `steps`, int64 (n,), which increase and follow those before."""
        self._bands.add(steps, values[None])

    def band(self) -> Band:
        """The stretches that have a value."""
        return self._bands.bands()[0]
