"""The loss at every step so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from core.number_text import significant
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.band import NO_BAND, band_trace, outline, read_of
from widgets.charts.parts.run_axis import layout_of_steps
from widgets.charts.parts.setting_change_lines import mark_lines, mark_trace
from widgets.charts.parts.style import CARD, LOSS, REFERENCE, empty, figure, hover, line, read_together
from widgets.charts.parts.value_axis import LOG, SCALE, ValueAxis
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective
    from widgets.board.panel import Panel
    from widgets.charts.choice import Choice
    from widgets.charts.moment import Moment

INDISTINCT = 1e-4  # of a loss: a difference that its digits do not show
AS_ZERO = 1e-9  # of the height at the start: on a log axis a minimum below that is as far off as zero


class LossChart(PlaneChart):
    """Loss by step, linear or log, with the minimum and the steps at which a live setting changed.

    On the log scale a loss that can fall below zero is drawn as its height above the known minimum, or where none is
    known above the lowest point of the part that is shown.
    """

    id = "loss"
    title = N_("Loss")
    shows = N_("The loss at every step.")
    advice = N_("Switch to log: a straight line falls by the same share in each step.")
    role = Role.LEAD
    shows_at_once = True
    choices: tuple[Choice, ...] = (SCALE,)

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        objective = setup.objective
        lowest = _lowest(objective)
        if lowest is None:
            self.choices = ()  # there is no height to take the logarithm of, and nothing to choose
        super().__init__(setup, chosen)
        self._objective, self._of_batches = objective, setup.steps_per_epoch > 1
        self._log = self.chosen.get(SCALE.name) == LOG
        self._offset = min(lowest, 0.0) if self._log and lowest is not None else 0.0
        self._axis = ValueAxis(self._log)
        self._loss_at_start = objective.value(*objective.initial[0][:, None])
        self._reference = self._height_of_minimum()

    def panel(self) -> Panel:
        """The empty chart with its line of reference."""
        start = self._heights(self._loss_at_start)
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.5, "dot"), hoverinfo="skip"),
            mark_trace(),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(LOSS), name=_("Loss"),
                hovertemplate=hover(_("loss %{y:.5g}")),
            ),
            go.Scatter(
                x=np.zeros(1), y=start, mode="markers", hoverinfo="skip", cliponaxis=False,
                marker={"size": 11, "color": LOSS, "line": {"color": CARD, "width": 2}},
            ),
            band_trace(),
        ]  # fmt: skip
        chart = figure(traces, _("step"), "")
        read_together(chart, _("step %{x}"))
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._axis.range(*self._extent(start)), type=self._axis.type)
        return replace(self.card(chart, self._words()), zero=self._offset)

    def _height_of_minimum(self) -> float | None:
        """The height of the known minimum; None if it is unknown or a log axis does not reach down to it."""
        if self._objective.minimum is None:
            return None
        height = self._objective.minimum - self._offset
        lowest = AS_ZERO * float(self._loss_at_start[0] - self._offset) if self._log else -np.inf
        return height if height > lowest else None

    def _words(self) -> str:
        if self._offset and self._objective.minimum is None:
            words = _("loss above the lowest point in sight")
        elif self._offset:
            words = _("loss of each batch above its minimum") if self._of_batches else _("loss above its minimum")
        else:
            words = _("loss of each batch") if self._of_batches else _("loss")
        if self._reference is None:
            return words
        return _("{loss}, {minimum} dotted", loss=words, minimum=self._objective.minimum_label)

    def update(self, moment: Moment) -> Update:
        """The curve up to `moment`, its end, and the marks on it."""
        steps, heights = moment.steps(), self._heights(moment.losses())
        layout = layout_of_steps(moment, shows_trunk=True)
        end = layout["xaxis.range"][1]
        behind = heights[:0] if moment.origin is None else self._heights(moment.origin.losses)
        bottom, top = self._extent(np.concatenate([heights, behind]))
        reference = [] if self._reference is None else [self._reference] * 2
        return {
            "traces": {
                0: {"x": [0, end] if reference else [], "y": reference},
                1: mark_lines(moment.marks, end, bottom, top, start=moment.start),
                3: {"x": steps[-1:], "y": heights[-1:]},
                **self._course(moment, steps, heights),
            },
            "layout": {**layout, **self._axis.update(bottom, top)},
            "note": self._words_now(heights),
        }

    def _course(self, moment: Moment, steps: np.ndarray, heights: np.ndarray) -> dict[int, Update]:
        """The loss at every step, or where these are too many their band and its means."""
        band, words = moment.band, _("loss %{y:.5g}")
        if band is None:
            return {2: {"x": steps, "y": heights, "hovertemplate": hover(words)}, 4: NO_BAND}
        x = moment.start + band.middle
        area = outline(x, self._heights(band.low), self._heights(band.high))
        return {2: {"x": x, "y": self._heights(band.mean), **read_of(band, words)}, 4: area}

    def _words_now(self, heights: np.ndarray) -> str:
        """The note; it says so where a height is exactly 0, which a log axis does not show, or all but a minimum."""
        above = self._above(float(heights[-1]))
        if above is not None:
            return _("{note} · +{difference} above the minimum", note=self._words(), difference=significant(above, 2))
        if not self._log or np.isfinite(heights[-1]):
            return self._words()
        return _("{note} · now exactly 0, below any log axis", note=self._words())

    def _above(self, height: float) -> float | None:
        """How far the loss is above its known minimum, where no digit shown of it tells; else None."""
        minimum = self._objective.minimum
        if minimum is None or self._offset:
            return None
        above = height - minimum
        return above if 0 < above < INDISTINCT * abs(minimum) else None

    def _heights(self, losses: np.ndarray) -> np.ndarray:
        heights = losses - self._offset
        return np.where(heights > 0, heights, np.nan) if self._log else heights

    def _extent(self, heights: np.ndarray) -> tuple[float, float]:
        reference = [] if self._reference is None else [self._reference]
        low, high = finite_extent(heights, np.array(reference)) or (1e-3, 1.0)
        return low, high


def _lowest(objective: PlaneObjective) -> float | None:
    """The loss at the minimum, or where none is known at the lowest point in sight; None without either."""
    if objective.minimum is not None or not objective.minima:
        return objective.minimum
    return float(objective.value(*np.array(objective.minima[0])))
