"""A column of a table along its dates, as a series that can be forecast."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.datasets.series import Series, SeriesForecast

if TYPE_CHECKING:
    import numpy as np

FEWEST_TIMES = 20
LONGEST_WINDOW = 52  # changes from which the next one is predicted


def forecast_of(series: Series) -> SeriesForecast:
    """The forecast of a series from up to 52 changes, a quarter of a shorter one.

    Months are looked at over two years, hours over two days, as far as the series is long enough.
    """
    return SeriesForecast(partial(_same, series), window=_window(series.times), unit="")


def _same(series: Series) -> Series:
    """The series itself; a named function, since a data set travels to the process that trains."""
    return series


def _window(times: np.ndarray) -> int:
    step = (times[-1] - times[0]).astype("timedelta64[s]").astype(float) / (len(times) - 1)
    day = 86_400.0
    periods = {3_600.0: 48, day: 28, 7 * day: 52, 30.4 * day: 24, 91.3 * day: 8, 365.2 * day: 10}
    nearest = min(periods, key=lambda seconds: abs(step / seconds - 1))
    return max(2, min(periods[nearest], LONGEST_WINDOW, len(times) // 4))
