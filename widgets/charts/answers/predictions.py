"""What a model predicts of a quantity, against what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.learning.setup import ModelSetup
from widgets.board.panel import Panel
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import REFERENCE, UPDATE, empty, figure, line
from widgets.number_text import significant
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Predictions

MOST_POINTS = 1000  # that are drawn
DIAGONAL, POINTS, TRACES = range(3)
NOTE = "right on the dotted line"


class PredictionsChart:
    """A point for each validation example, in the target's own units, and the line on which all would be right."""

    id = "predictions"
    needs = frozenset({"predictions"})

    def __init__(self, setup: ModelSetup) -> None:
        self._target = setup.dataset.target_in_unit
        self._range = SteadyRange(room=0.05)
        self._found = FindingUpdate("predictions", TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.8, "dot"), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", marker={"color": UPDATE, "size": 6, "opacity": 0.7},
                hovertemplate="true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>",
            ),
        ]  # fmt: skip
        chart = figure(traces, f"true: {plain(self._target)}", "predicted").update_traces(visible=False)
        chart.update_xaxes(range=[0, 1])
        chart.update_yaxes(range=[0, 1])
        return Panel(self.id, "Predictions", chart, NOTE)

    def update(self, moment: ModelMoment) -> Update:
        """The predictions as they were last made."""
        return self._found.update(moment)

    def _draw(self, predictions: Predictions) -> Update:
        low, high = finite_extent(predictions.truth) or (0.0, 1.0)
        bottom, top = finite_extent(predictions.truth, predictions.predicted) or (0.0, 1.0)
        room = 0.05 * (high - low)
        shown = slice(None, MOST_POINTS)
        return {
            "traces": {
                DIAGONAL: {"x": [low - room, high + room], "y": [low - room, high + room]},
                POINTS: {"x": predictions.truth[shown], "y": predictions.predicted[shown]},
            },
            "layout": {"xaxis.range": [low - room, high + room], "yaxis.range": self._range.fit(bottom, top)},
            "note": f"R² {significant(predictions.r2, 3)} · {NOTE}",
        }
