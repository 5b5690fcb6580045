"""The vertical axis around values that are all known, as an update of a chart's layout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks

if TYPE_CHECKING:
    import numpy as np


def linear_scale(values: np.ndarray) -> dict[str, Any]:
    """A linear axis with a little room around `values`, which are finite."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = 0.05 * (high - low) or abs(high) or 1.0
    return {"yaxis.type": "linear", "yaxis.range": [low - room, high + room], "yaxis.dtick": None,
            "yaxis.tickformat": ""}  # fmt: skip


def log_scale(values: np.ndarray) -> dict[str, Any]:
    """A log axis with a little room around `values`, which are positive and finite."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
    bottom, top = math.log10(low), max(math.log10(high), math.log10(low) + 0.1)
    room = 0.04 * (top - bottom)
    ends = [bottom - room, top + room]
    return {"yaxis.type": "log", "yaxis.range": ends, "yaxis.dtick": log_ticks(*ends), "yaxis.tickformat": ONE_SIZE}
