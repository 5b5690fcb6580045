"""Fewer points where there are more than a screen can show."""

from __future__ import annotations

import numpy as np

MOST = 500  # of a line


def evenly(length: int, most: int = MOST) -> np.ndarray:
    """At most `most` (>= 2) indices of `length` rows, evenly spread, the first and the last among them."""
    if length <= most:
        return np.arange(length)
    return np.linspace(0, length - 1, most).round().astype(np.intp)
