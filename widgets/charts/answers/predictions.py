"""The predictions of a quantity against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_text import significant
from core.probes.registry import PREDICTIONS
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import REFERENCE, UPDATE, empty, figure, hover, line
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Predictions
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MOST_POINTS = 1000  # that are drawn
DIAGONAL, POINTS, TRACES = range(3)
NOTE = N_("right on the dotted line")


class PredictionsChart(ModelChart):
    """A point for each validation example, in the target's own units, and the line on which all would be right."""

    id = "predictions"
    title = N_("Predictions")
    shows = N_("The predictions against the true values.")
    advice = N_("Look for the bend away from the diagonal: extremes are predicted too tamely.")
    probe = PREDICTIONS

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._target = setup.dataset.target_in_unit
        self._range = SteadyRange(room=0.05)
        self._found = FindingUpdate(PREDICTIONS, TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.8, "dot"), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", marker={"color": UPDATE, "size": 6, "opacity": 0.7},
                hovertemplate=hover(_("true %{x:.4g}"), _("predicted %{y:.4g}")),
            ),
        ]  # fmt: skip
        truth = _("true: {target}", target=plain(self._target))
        chart = figure(traces, truth, _("predicted")).update_traces(visible=False)
        chart.update_xaxes(range=[0, 1])
        chart.update_yaxes(range=[0, 1])
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The predictions as they were last made."""
        return self._found.update(moment)

    def _draw(self, predictions: Predictions) -> Update:
        low, high = finite_extent(predictions.truth) or (0.0, 1.0)
        bottom, top = finite_extent(predictions.truth, predictions.predicted) or (0.0, 1.0)
        room = 0.05 * (high - low)
        drawn = slice(None, MOST_POINTS)
        return {
            "traces": {
                DIAGONAL: {"x": [low - room, high + room], "y": [low - room, high + room]},
                POINTS: {"x": predictions.truth[drawn], "y": predictions.predicted[drawn]},
            },
            "layout": {"xaxis.range": [low - room, high + room], "yaxis.range": self._range.fit(bottom, top)},
            "note": _("R² {value} · {note}", value=significant(predictions.r2, 3), note=NOTE),
        }
