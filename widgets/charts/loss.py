"""The loss at every step so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.config import format_number
from core.objectives import PlaneObjective
from core.run import Mark
from widgets.charts.moment import Moment, Update
from widgets.charts.ranges import SteadyRange, finite_extent, nice_ceiling
from widgets.charts.style import CARD, INK, LOSS, REFERENCE, empty, figure, line
from widgets.live_board import Panel, Switch

FEW_DECADES = 3.5  # up to here a log axis has room for ticks at 2 and 5
CLOSE = 0.01  # of the axis: marks closer than this are one
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
        self._range = SteadyRange()
        self._loss_at_start = objective.value(*objective.initial[0][:, None])
        self._reference = self._height_of_minimum()

    def panel(self) -> Panel:
        """The empty chart with its line of reference."""
        start = self._heights(self._loss_at_start)
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.5, "dot"), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(INK, 1.2, "dash"),
                marker={"symbol": "triangle-down", "size": 9, "color": INK}, text=[],
                hovertemplate="%{text}<extra></extra>",
            ),
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
        chart.update_yaxes(range=self._axis_range(*self._extent(start)))
        chart.update_yaxes(type="log" if self._log else "linear")
        value = "log" if self._log else "linear"
        switch = Switch("scale", ("linear", "log"), value, "Loss scale")
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
        marks = self._marks(moment.marks, end, bottom, top)
        reference = [] if self._reference is None else [self._reference] * 2
        return {
            "traces": {
                0: {"x": [0, end] if reference else [], "y": reference},
                1: marks,
                2: {"x": steps, "y": heights},
                3: {"x": steps[-1:], "y": heights[-1:]},
            },
            "layout": {"xaxis.range": [0, end], **self._y_axis(bottom, top)},
        }

    def _y_axis(self, bottom: float, top: float) -> Update:
        shown = self._axis_range(bottom, top)
        if not self._log:
            return {"yaxis.range": shown}
        decades = shown[1] - shown[0]
        dtick = "D2" if decades <= FEW_DECADES else max(1, round(decades / 6))
        return {"yaxis.range": shown, "yaxis.dtick": dtick}

    def _heights(self, losses: np.ndarray) -> np.ndarray:
        heights = losses - self._offset
        return np.where(heights > 0, heights, np.nan) if self._log else heights

    def _extent(self, heights: np.ndarray) -> tuple[float, float]:
        reference = [] if self._reference is None else [self._reference]
        low, high = finite_extent(heights, np.array(reference)) or (1e-3, 1.0)
        return low, high

    def _axis_range(self, low: float, high: float) -> list[float]:
        if self._log:
            return self._range.fit(np.log10(low), max(np.log10(high), np.log10(low) + 0.1))
        return self._range.fit(low, high)

    def _marks(self, marks: Sequence[Mark], end: float, bottom: float, top: float) -> Update:
        """A vertical line for each change of a live setting, with a triangle at its head."""
        x: list[float] = []
        y: list[float] = []
        text: list[str] = []
        for mark in _merged(marks, CLOSE * end):
            words = f"step {mark.step}: {mark.name.replace('_', ' ')} {_setting(mark.old)} → {_setting(mark.new)}"
            x += [mark.step, mark.step, np.nan]
            y += [bottom, top, np.nan]
            text += [words, words, ""]
        return {"x": np.array(x), "y": np.array(y), "text": text}


def _merged(marks: Sequence[Mark], close: float) -> list[Mark]:
    """One mark, from first to last value, for changes of a setting that the chart could not tell apart."""
    merged: list[Mark] = []
    for mark in marks:
        before = merged[-1] if merged else None
        if before is not None and before.name == mark.name and mark.step - before.step < close:
            # It stays where the first change was, so that a long drag becomes a row of marks and not one.
            merged[-1] = Mark(before.step, mark.name, before.old, mark.new)
        else:
            merged.append(mark)
    return merged


def _setting(value: float) -> str:
    return format_number(float(f"{value:.3g}"))
