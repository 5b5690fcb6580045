"""A vertical axis, linear or log, that does not jump and has ticks one can read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.language import N_
from widgets.charts.choice import Choice
from widgets.charts.parts.axis_ranges import SteadyRange, nice_floor

if TYPE_CHECKING:
    from widgets.charts.chart import Update

LINEAR, LOG = N_("linear"), N_("log")
SCALE = Choice("scale", N_("Loss scale"), (LINEAR, LOG), default=LOG)
ONE_SIZE = "~g"  # of labels: 0.02 and 1e-7; a power of ten would have a small exponent
FEWEST_LABELS = 3
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
        return {"yaxis.range": shown, "yaxis.dtick": log_ticks(*shown), "yaxis.tickformat": ONE_SIZE}


def log_ticks(bottom: float, top: float) -> str | int:
    """Plotly's `dtick` of a log axis between two powers of ten, with at least three labels.

    They stand at powers of ten, or at 1, 2 and 5 times these, or on a short axis at equal distances.

    >>> log_ticks(-6, 0), log_ticks(-1, 1), log_ticks(-0.2, 0)
    (1, 'D2', 'L0.05')
    """
    if top - bottom > FEW_DECADES:
        return max(1, round((top - bottom) / 6))
    decades = range(math.floor(bottom), math.ceil(top) + 1)
    labels = sum(bottom <= decade + math.log10(digit) <= top for decade in decades for digit in (1, 2, 5))
    return "D2" if labels >= FEWEST_LABELS else f"L{nice_floor((10**top - 10**bottom) / 4):g}"
