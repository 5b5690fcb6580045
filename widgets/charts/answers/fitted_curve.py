"""The curve a model draws through data of one feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.language import N_, _, shown
from core.probes.registry import FITTED_CURVE
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import CARD, INK, REFERENCE, UPDATE, empty, figure, hover, line
from widgets.charts.parts.thinning import evenly
from widgets.plain_text import plain

if TYPE_CHECKING:
    import numpy as np

    from core.findings.results import FittedCurve
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MOST_POINTS = 500  # of each part that are drawn
TRAINING, VALIDATION, CURVE, TRACES = range(4)
NOTE = N_("validation outlined")


class FittedChart(ModelChart):
    """The examples over their feature, validation outlined, and the prediction along it, in the source's units.

    The upright axis always holds the examples; a curve beyond them is followed as long as it is finite.
    """

    id = "fitted"
    title = N_("Fitted curve")
    shows = N_("The curve that the model draws through the examples.")
    advice = N_("Make the model larger until the curve bends for single points.")
    role = Role.LEAD
    probe = FITTED_CURVE

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        names = setup.dataset.features
        self._feature = plain(shown(names[0])) if names else "x"
        self._target = plain(setup.dataset.target_in_unit)
        self._range = SteadyRange(room=0.05)
        self._found = FindingUpdate(FITTED_CURVE, TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            _points(_("training"), CARD),
            _points(_("validation"), INK),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(UPDATE, 3),
                hovertemplate=hover(_("at %{x:.4g}"), _("predicted %{y:.4g}")),
            ),
        ]  # fmt: skip
        chart = figure(traces, self._feature, self._target).update_traces(visible=False)
        chart.update_xaxes(range=[0, 1])
        chart.update_yaxes(range=[0, 1])
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The curve as it was last found."""
        return self._found.update(moment)

    def _draw(self, found: FittedCurve) -> Update:
        first, last = finite_extent(found.x) or (0.0, 1.0)
        low, high = finite_extent(found.y, found.y_train, found.y_val) or (0.0, 1.0)
        room = 0.03 * (last - first) or 0.5
        return {
            "traces": {
                TRAINING: _thinned(found.x_train, found.y_train),
                VALIDATION: _thinned(found.x_val, found.y_val),
                CURVE: {"x": found.x, "y": found.y},
            },
            "layout": {"xaxis.range": [first - room, last + room], "yaxis.range": self._range.fit(low, high)},
            "note": shown(NOTE),
        }


def _points(part: str, outline: str) -> go.Scatter:
    return go.Scatter(
        x=empty(), y=empty(), mode="markers",
        marker={"color": REFERENCE, "size": 7, "opacity": 0.75, "line": {"color": outline, "width": 1.2}},
        hovertemplate=hover(part, "%{x:.4g}: %{y:.4g}"),
    )  # fmt: skip


def _thinned(x: np.ndarray, y: np.ndarray) -> Update:
    drawn = evenly(len(x), MOST_POINTS)
    return {"x": x[drawn], "y": y[drawn]}
