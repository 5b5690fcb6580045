"""The loss at every step so far."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.objectives.objective import PlaneObjective
from widgets.board.panel import Panel, Switch
from widgets.charts.moment import Moment, Update
from widgets.charts.parts.axis_ranges import finite_extent, nice_ceiling
from widgets.charts.parts.setting_change_lines import mark_lines, mark_trace
from widgets.charts.parts.style import CARD, LOSS, REFERENCE, empty, figure, line
from widgets.charts.parts.value_axis import ValueAxis

AS_ZERO = 1e-9  # of the height at the start: on a log axis a minimum below that is as far off as zero


class LossChart:
    """Loss by step, linear or log, with the minimum and the steps at which a live setting changed.

    On the log scale a loss that can fall below zero is drawn as its height above the known minimum.
    """

    id = "loss"

    def __init__(self, objective: PlaneObjective, scale: str = "log", batch: bool = False) -> None:
        self._objective, self._batch = objective, batch
        minimum = objective.minimum
        self._log = scale == "log" and minimum is not None
        self._offset = minimum if self._log and minimum is not None and minimum < 0 else 0.0
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
                x=empty(), y=empty(), mode="lines", line=line(LOSS),
                hovertemplate="step %{x}<br>loss %{y:.5g}<extra></extra>",
            ),
            go.Scatter(
                x=np.zeros(1), y=start, mode="markers", hovertemplate="now: step %{x}<br>loss %{y:.5g}<extra></extra>",
                marker={"size": 11, "color": LOSS, "line": {"color": CARD, "width": 2}},
            ),
        ]  # fmt: skip
        chart = figure(traces, "step", "")
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._axis.range(*self._extent(start)), type=self._axis.type)
        switch = Switch("scale", ("linear", "log"), self._axis.type, "Loss scale")
        # Without a minimum there is no height to take the logarithm of, and nothing to choose.
        switches = () if self._objective.minimum is None else (switch,)
        return Panel(self.id, "Loss", chart, self._words(), switches)

    def _height_of_minimum(self) -> float | None:
        """Where the known minimum is drawn; None if it is unknown or a log axis does not reach down to it."""
        if self._objective.minimum is None:
            return None
        height = self._objective.minimum - self._offset
        lowest = AS_ZERO * float(self._loss_at_start[0] - self._offset) if self._log else -np.inf
        return height if height > lowest else None

    def _words(self) -> str:
        what = "loss above its minimum" if self._offset else "loss"
        of = " of each batch" if self._batch else ""
        known = "" if self._reference is None else f", {self._objective.minimum_label} dotted"
        return f"{what}{of}{known}"

    def update(self, moment: Moment) -> Update:
        """The curve up to `moment`, its end, and the marks on it."""
        steps, heights = moment.steps(), self._heights(moment.losses())
        end = nice_ceiling(max(moment.step, 10))
        bottom, top = self._extent(heights)
        reference = [] if self._reference is None else [self._reference] * 2
        return {
            "traces": {
                0: {"x": [0, end] if reference else [], "y": reference},
                1: mark_lines(moment.marks, end, bottom, top),
                2: {"x": steps, "y": heights},
                3: {"x": steps[-1:], "y": heights[-1:]},
            },
            "layout": {"xaxis.range": [0, end], **self._axis.update(bottom, top)},
        }

    def _heights(self, losses: np.ndarray) -> np.ndarray:
        heights = losses - self._offset
        return np.where(heights > 0, heights, np.nan) if self._log else heights

    def _extent(self, heights: np.ndarray) -> tuple[float, float]:
        reference = [] if self._reference is None else [self._reference]
        low, high = finite_extent(heights, np.array(reference)) or (1e-3, 1.0)
        return low, high
