"""Columns of unix time: seconds since 1970-01-01 UTC, or thousandths of them, as programs write when something was."""

from __future__ import annotations

import re

import numpy as np

from core.columns.date_cells import DateCells

EARLIEST, LATEST = 946_684_800, 2_524_608_000  # 2000 and 2050, in seconds
FEWEST = 3  # numbers: of fewer nothing is said
_NAME = re.compile(r"time|date|epoch|unix|(^|[_\W])(ts|at|created|updated|when)($|[_\W])|时间|日期", re.IGNORECASE)


def is_time_name(name: str) -> bool:
    """True for names such as "timestamp", "created_at", "时间": without one, ten digits may count anything."""
    return bool(_NAME.search(name))


def unix_times(numbers: np.ndarray) -> DateCells | None:
    """The times that `numbers`, float64 (n,), count seconds or milliseconds to; None unless all are of 2000 to 2049."""
    known = ~np.isnan(numbers)
    for unit in (1.0, 1e3):
        seconds = numbers / unit
        if known.sum() >= FEWEST and np.all((seconds[known] >= EARLIEST) & (seconds[known] < LATEST)):
            times = np.where(known, seconds, 0).astype(np.int64).astype("datetime64[s]")
            return DateCells(np.where(known, times, np.datetime64("NaT")))
    return None
