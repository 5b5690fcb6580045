"""The answers of a model of two features at every point of the plane, and the points it learns from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.config.drawing import can_be_drawn
from core.language import N_, _, shown
from core.number_text import significant
from core.probes.registry import DECISION
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.colour_scales import DIVERGING, TWO, shading
from widgets.charts.parts.contours import contour_lines
from widgets.charts.parts.style import CARD, INK, empty, figure, hover, line
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Decision
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MOST_POINTS = 1000  # of either part that are drawn
SYMBOLS = ("circle", "square")  # of the two classes: colour alone would leave some readers out
UNDECIDED = 0.5  # the probability at which a decision changes
HEAT, LINE, TRAIN, VALIDATION, TRACES = range(5)


class BoundaryChart(ModelChart):
    """The probability of the second class, or the predicted quantity, over both features.

    Training points are plain, validation points are outlined. Of classes, the line is where the model is
    undecided and the shape tells the class as the colour does; a quantity is painted in one scale with the
    points, from the least to the greatest of the training targets.
    """

    id = "boundary"
    title = N_("Decision boundary")
    shows = N_("What the model answers at every point of the plane, and the points it learns from.")
    advice = N_("Choose the linear model, then the MLP, and watch what may bend.")
    role = Role.LEAD
    probe = DECISION

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._classes = tuple(plain(shown(name)) for name in setup.classes)
        self._problem = setup.config.problem
        if not self._classes:
            self.title = N_("Prediction")
        first, second = (plain(shown(name)) for name in setup.dataset.features)
        self._features = (first, second)
        shade = _("P(class {name})", name=setup.classes[1]) if self._classes else setup.dataset.target_in_unit
        self._shown = plain(shade)
        self._note = _("{quantity} · validation outlined", quantity=shade)
        self._found = FindingUpdate(DECISION, TRACES, self._note, self._draw)

    def panel(self) -> Panel:
        """The empty plane."""
        outlines = line(CARD, 1), line(INK, 1.5)
        if self._classes:
            hovers = _("training: class %{text}"), _("validation: class %{text}")
        else:
            hovers = _("training: value %{text}"), _("validation: value %{text}")
        traces = [
            go.Heatmap(
                x=empty(), y=empty(), **shading(DIVERGING, 0, 1), zsmooth="fast", opacity=0.6,
                hovertemplate=hover(*self._place(), f"{self._shown} %{{z:.3f}}"),
            ),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(INK, 2), hoverinfo="skip"),
            *(self._points(words, outline) for words, outline in zip(hovers, outlines, strict=True)),
        ]  # fmt: skip
        chart = figure(traces, *self._features).update_traces(visible=False)
        chart.update_xaxes(showgrid=False, range=[-1, 1])
        chart.update_yaxes(showgrid=False, range=[-1, 1])
        drawable = self._classes if can_be_drawn(self._problem) else ()
        return replace(self.card(chart, self._note), drawable=drawable)

    def update(self, moment: ModelMoment) -> Update:
        """The plane as the model saw it last."""
        return self._found.update(moment)

    def _place(self) -> tuple[str, str]:
        """The lines of a hover that say where a point is."""
        first, second = self._features
        return f"{first} %{{x:.3g}}", f"{second} %{{y:.3g}}"

    def _points(self, words: str, outline: Update) -> go.Scatter:
        return go.Scatter(
            x=empty(), y=empty(), mode="markers", text=[],
            marker={
                "size": 7, "colorscale": TWO if self._classes else DIVERGING, "cmin": 0, "cmax": 1,
                "line": {"color": outline["color"], "width": outline["width"]},
            },
            hovertemplate=hover(words, *self._place()),
        )  # fmt: skip

    def _draw(self, decision: Decision) -> Update:
        low, high = self._ends(decision)
        return {
            "traces": {
                HEAT: {"x": decision.x1, "y": decision.x2, "z": decision.values, "zmin": low, "zmax": high},
                LINE: self._undecided(decision),
                TRAIN: self._painted(decision.x_train, decision.y_train, low, high),
                VALIDATION: self._painted(decision.x_val, decision.y_val, low, high),
            },
            "layout": {
                "xaxis.range": [float(decision.x1[0]), float(decision.x1[-1])],
                "yaxis.range": [float(decision.x2[0]), float(decision.x2[-1])],
            },
            "note": self._note,
        }

    def _ends(self, decision: Decision) -> tuple[float, float]:
        """The ends of the colour scale: those of a probability, or of the training targets."""
        extent = None if self._classes else finite_extent(decision.y_train)
        low, high = extent or (0.0, 1.0)
        return low, high if high > low else low + 1

    def _undecided(self, decision: Decision) -> Update:
        if not self._classes:
            return {}
        x, y = contour_lines(decision.x1, decision.x2, decision.values, [UNDECIDED])
        return {"x": x, "y": y}

    def _painted(self, points: np.ndarray, targets: np.ndarray, low: float, high: float) -> Update:
        drawn, values = points[:MOST_POINTS], np.ravel(targets)[:MOST_POINTS]
        colours = {"marker.color": values, "marker.cmin": low, "marker.cmax": high}
        if self._classes:
            words = [self._classes[int(value)] for value in values]
            colours["marker.symbol"] = [SYMBOLS[int(value)] for value in values]
        else:
            words = [significant(float(value), 3) for value in values]
        return {"x": drawn[:, 0], "y": drawn[:, 1], "text": words, **colours}
