"""Frames around small pictures that stand side by side in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from widgets.charts.chart import Update


def frames(left: np.ndarray, first: np.ndarray, width: float, height: float) -> Update:
    """Rectangles around the tiles whose first pixels are at (`left`, `first`), as one polyline with gaps."""
    x, y = np.asarray(left) - 0.5, np.asarray(first) - 0.5
    gap = np.full(len(x), np.nan)
    return {
        "x": np.stack([x, x + width, x + width, x, x, gap], axis=1).ravel(),
        "y": np.stack([y, y, y + height, y + height, y, gap], axis=1).ravel(),
    }
