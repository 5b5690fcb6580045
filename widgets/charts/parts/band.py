"""A band: what became of a quantity where its line has more steps than a screen can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import _
from core.number_format import format_number
from widgets.charts.parts.style import LOSS, empty, hover

if TYPE_CHECKING:
    from core.history.band import Band
    from widgets.charts.chart import Update

NO_BAND: Update = {"x": empty(), "y": empty()}  # always the same arrays: sent once


def band_trace(colour: str = LOSS) -> go.Scatter:
    """The area between the lowest and the highest values, empty at first."""
    return go.Scatter(
        x=empty(), y=empty(), mode="lines", line={"width": 0}, fill="toself", fillcolor=colour, opacity=0.25,
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def outline(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> Update:
    """The band's area at `x`, float64 (k,): along `high` and back along `low`.

    Where `low` is nan, for which a log axis has no place, the area ends at the lowest value there is.
    """
    known = np.isfinite(high)
    x, low, high = x[known], low[known], high[known]
    low = np.where(np.isfinite(low), low, np.nanmin(low, initial=np.inf))
    return {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([high, low[::-1]])}


def read_of(band: Band, mean: str) -> Update:
    """What a label says of a line through the means of `band`: how many steps each is of, and the extremes.

    `mean` is the part of its template that names the line and tells its value.
    """
    words = _("{mean}, mean of {count} steps", mean=mean, count=format_number(band.width))
    extremes = _("lowest {low}, highest {high}", low="%{customdata[0]:.4g}", high="%{customdata[1]:.4g}")
    return {"customdata": np.column_stack([band.low, band.high]), "hovertemplate": hover(words, extremes)}
