"""A vertical axis, linear or log, that does not jump and has ticks one can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.language import N_
from widgets.charts.choice import Choice
from widgets.charts.parts.axis_ranges import SteadyRange

if TYPE_CHECKING:
    from widgets.charts.chart import Update

LINEAR, LOG = N_("linear"), N_("log")
SCALE = Choice("scale", N_("Loss scale"), (LINEAR, LOG), default=LOG)
FEW_DECADES = 3.5  # up to here a log axis has room for ticks at 2 and 5


class ValueAxis:
    """The range of a y axis for values between a lowest and a highest; on a log axis both are positive."""

    def __init__(self, log: bool) -> None:
        self.type = "log" if log else "linear"
        self._log = log
        self._range = SteadyRange()

    def range(self, low: float, high: float) -> list[float]:
        """The ends of the axis as Plotly takes them: powers of ten on a log axis."""
        if self._log:
            return self._range.fit(np.log10(low), max(np.log10(high), np.log10(low) + 0.1))
        return self._range.fit(low, high)

    def update(self, low: float, high: float) -> Update:
        """The layout for values between `low` and `high`."""
        shown = self.range(low, high)
        if not self._log:
            return {"yaxis.range": shown}
        decades = shown[1] - shown[0]
        return {"yaxis.range": shown, "yaxis.dtick": "D2" if decades <= FEW_DECADES else max(1, round(decades / 6))}
