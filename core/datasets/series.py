"""A series in time as a data set: its next change is to be predicted from those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.split import Examples

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Series:
    """A quantity over time: `times` datetime64 (n,), ascending, and its `levels`, float64 (n,)."""

    times: np.ndarray
    levels: np.ndarray


def difference(levels: np.ndarray) -> np.ndarray:
    """The changes c_i = l_{i+1} - l_i, float64 (n - 1,), of levels (n,)."""
    return np.diff(levels)


def add_change(level: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The level after a change, l + c: undoes `difference`."""
    return level + change


@dataclass(frozen=True)
class SeriesForecast:
    """The forecast of a series by one step: of each change from the `window` changes before it.

    Changes and not levels, for a level may rise above all it was trained on. What a change is, `change` says: it
    turns levels (n,) into changes (n - 1,), 0 where the level stays as it is, and `after` turns a level and a change
    into the next level. `unit` is that of the levels; the data set's target has its own.

    >>> hours = np.arange("2024-01-01T00", "2024-01-01T05", dtype="datetime64[h]")
    >>> of_pressure = SeriesForecast(lambda: Series(hours, np.array([1.0, 2, 4, 7, 7])), window=2, unit="hPa")
    >>> examples = of_pressure.examples()
    >>> examples.x[:, :, 0].tolist(), examples.y.tolist()
    ([[1.0, 2.0], [2.0, 3.0]], [3.0, 0.0])
    """

    read: Callable[[], Series]
    window: int
    unit: str
    change: Callable[[np.ndarray], np.ndarray] = difference
    after: Callable[[np.ndarray, np.ndarray], np.ndarray] = add_change

    def examples(self) -> Examples:
        """Changes x float64 (n, window, 1), in the order of time, and the next ones y float64 (n,).

        Example i predicts the change to time i + window + 1.
        """
        windows = np.lib.stride_tricks.sliding_window_view(self.change(self.read().levels), self.window + 1)
        return Examples(windows[:, :-1, None], windows[:, -1])
