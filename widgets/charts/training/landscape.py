"""The loss around a model's path, on a plane through the space of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_text import percent, significant
from core.probes.registry import WEIGHT_PATH
from widgets.board.panel import Offer, Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.finding_update import footer
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.contours import contour_lines
from widgets.charts.parts.style import CONTOUR, PATH, POINT, empty, figure, hover, line
from widgets.charts.surface.surface_grid import LEVELS, shades

if TYPE_CHECKING:
    from core.geometry.results import LandscapeResult, LandscapeState
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

OFF, ALONG_PATH, RANDOM = N_("off"), N_("path"), N_("random")
PLANE = Choice("plane", N_("Plane of the landscape"), (OFF, ALONG_PATH, RANDOM), default=OFF)
FINDING = "landscape"  # under which the scene adds what it computes to the findings of the probes
HEAT, CONTOURS, STEPS, NOW, TRACES = range(5)
BLANK = N_("choose a plane")
WAITING = N_("computing")
DRAW = Offer(N_("Draw the landscape"), PLANE.name, ALONG_PATH)


class LandscapeChart(ModelChart):
    """Losses on the plane, the path projected on it, and how far the projection is from the truth.

    The plane holds two directions of a space of thousands: what is drawn at a point of the path is the loss
    of its shadow on the plane. The note gives the share of the path's variance that either direction explains,
    what those of a random walk as long would explain, and the largest |L(shadow) - L(true)| along the path; each
    point gives its own.
    """

    id = "landscape"
    title = N_("Loss landscape")
    shows = N_("The loss on a plane through the space of the weights, with the path of the run.")
    advice = N_("Change the batch size: the path through the same valley becomes rougher.")
    role = Role.DIAGNOSTIC
    probe = WEIGHT_PATH
    choices = (PLANE,)

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._plane = self.chosen[PLANE.name]
        self._blank = BLANK if self._plane == OFF else WAITING
        self._result: LandscapeResult | None = None
        self._drawn: Update = {}

    def panel(self) -> Panel:
        """The empty plane and the choice of it."""
        traces = [
            go.Heatmap(
                x=empty(), y=empty(), z=empty(), customdata=empty(), colorscale="Viridis", reversescale=True,
                showscale=False, zsmooth="fast", opacity=0.75, hovertemplate=hover(_("loss %{customdata:.4g}")),
            ),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(CONTOUR, 1), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(PATH, 2.5), text=[],
                marker={"size": 5, "color": PATH}, hovertemplate=hover("%{text}"),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", text=[], hovertemplate=hover("%{text}"),
                marker={"size": 15, "color": POINT, "line": {"color": "#ffffff", "width": 2}},
            ),
        ]  # fmt: skip
        chart = figure(traces, _("first direction"), _("second direction")).update_traces(visible=False)
        chart.update_xaxes(showgrid=False, range=[-1, 1])
        chart.update_yaxes(showgrid=False, range=[-1, 1])
        return self.card(chart, shown(self._blank), DRAW if self._plane == OFF else None)

    def update(self, moment: ModelMoment) -> Update:
        """The progress of the computation, or the plane as it was computed."""
        finding = moment.findings.get(FINDING)
        landscape: LandscapeState | None = None if finding is None else finding.value
        result = None if landscape is None or self._plane == OFF else landscape.result
        if result is None:
            nothing = {i: {"visible": False} for i in range(TRACES)}
            return {"traces": nothing, "note": self._progress(landscape), "is_empty": True}
        if result is not self._result:
            self._result, self._drawn = result, _drawn(result)
        return {**self._drawn, "note": _note(result), "footer": footer(int(result.path_steps[-1]), moment.step)}

    def _progress(self, landscape: LandscapeState | None) -> str:
        if landscape is None or self._plane == OFF:
            return shown(self._blank)
        if landscape.error is not None:
            return _("it could not be computed")
        return _("computing: {share}", share=percent(landscape.progress, 0))


def _note(result: LandscapeResult) -> str:
    gap = significant(float(np.max(np.abs(result.projected_losses - result.true_losses))), 2)
    first, second = (100 * share for share in result.explained)
    if result.random_walk is None:
        return _(
            "explains {first:.0f} + {second:.0f} % · loss off by ≤ {gap}",
            first=first,
            second=second,
            gap=gap,
        )
    by_chance, more_by_chance = (100 * share for share in result.random_walk)
    return _(
        "explains {first:.0f} + {second:.0f} % (a random walk {by_chance:.0f} + {more_by_chance:.0f} %) · "
        "loss off by ≤ {gap}",
        first=first,
        second=second,
        by_chance=by_chance,
        more_by_chance=more_by_chance,
        gap=gap,
    )


def _drawn(result: LandscapeResult) -> Update:
    losses = np.where(np.isfinite(result.losses), result.losses, np.nan)
    shade = shades(losses, losses[np.isfinite(losses)]) if np.isfinite(losses).any() else losses
    x, y = result.path.T
    words = [_words(result, i) for i in range(len(x))]
    return {
        "traces": {
            HEAT: {"visible": True, "x": result.x, "y": result.y, "z": shade.astype(np.float32), "customdata": losses},
            CONTOURS: {"visible": True, **_contours(result, shade)},
            STEPS: {"visible": True, "x": x, "y": y, "text": words},
            NOW: {"visible": True, "x": x[-1:], "y": y[-1:], "text": words[-1:]},
        },
        "layout": {
            "xaxis.range": [float(result.x[0]), float(result.x[-1])],
            "yaxis.range": [float(result.y[0]), float(result.y[-1])],
        },
    }


def _contours(result: LandscapeResult, shade: np.ndarray) -> Update:
    levels = np.linspace(np.nanmin(shade), np.nanmax(shade), LEVELS + 2)[1:-1] if np.isfinite(shade).any() else ()
    x, y = contour_lines(result.x, result.y, shade, levels)
    return {"x": x, "y": y}


def _words(result: LandscapeResult, i: int) -> str:
    true, drawn = float(result.true_losses[i]), float(result.projected_losses[i])
    return "<br>".join(
        (
            _("step {step}", step=format_number(int(result.path_steps[i]))),
            _("true loss {value}", value=significant(true)),
            _("shown {value}", value=significant(drawn)),
            _("difference {value}", value=significant(drawn - true, 3)),
        )
    )
