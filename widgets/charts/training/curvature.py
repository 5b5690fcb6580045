"""The largest eigenvalue of the Hessian against the one at which this learning rate stops being stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_text import significant
from core.optimizers.registry import OPTIMIZERS
from core.probes.registry import CURVATURE
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import DANGER, INK, empty, figure, hover, line, read_together
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces

if TYPE_CHECKING:
    from core.geometry.results import Sharpness
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

EIGENVALUE, THRESHOLD = range(2)  # the traces
ESTIMATE = N_("local, quadratic estimate")


class CurvatureChart(ModelChart):
    """The largest eigenvalue over time and the threshold above which its direction grows at every step.

    For gradient descent the threshold is 2 / learning rate. In general it is k * limit / rate: the limit is
    inversely proportional to the eigenvalue k. Where the optimizer scales each weight, k is that of the
    preconditioned Hessian (Cohen et al., Adaptive gradient methods at the edge of stability, 2022).
    """

    id = "curvature"
    title = N_("Curvature")
    shows = N_("How sharply the loss bends, and how sharply it may at this learning rate.")
    advice = N_("Raise the rate until the curve meets the limit: it will follow it.")
    role = Role.DIAGNOSTIC
    probe = CURVATURE

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._values, self._steps = ValueAxis(log=True), RunAxis()
        self._threshold = shown(OPTIMIZERS[setup.config.optimizer].threshold)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", name=_("largest eigenvalue"), line=line(INK, 2.2),
                marker={"size": 6, "color": INK, "maxdisplayed": evaluation_traces.MOST_MARKERS},
                hovertemplate=hover(_("largest eigenvalue %{y:.4g}")),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", name=self._threshold,
                line={**line(DANGER, 1.8, "dash"), "shape": "hv"},
                hovertemplate=hover(f"{self._threshold}: %{{y:.4g}}"),
            ),
        ]  # fmt: skip
        chart = figure(
            traces, self._steps.title, "", margin=evaluation_traces.ROOM_FOR_LEGEND, legend=evaluation_traces.LEGEND
        )
        chart.update_layout(showlegend=True)
        read_together(chart, self._steps.hover)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=[0, 2], type="log")
        return self.card(chart, shown(ESTIMATE))

    def update(self, moment: ModelMoment) -> Update:
        """The eigenvalues found up to `moment`."""
        found = moment.found(CURVATURE)
        if found is None or not len(found.steps):
            nothing = {"x": empty(), "y": empty()}
            note = awaited(ESTIMATE, CURVATURE, moment) if found is None else shown(ESTIMATE)
            return {"traces": {EIGENVALUE: nothing, THRESHOLD: nothing}, "note": note, "is_empty": True}
        drawn = evenly(int(np.searchsorted(found.steps, moment.step, side="right")))
        steps, eigenvalues = self._steps.places(found.steps[drawn], moment), _positive(found.eigenvalues[drawn])
        thresholds = _positive(eigenvalues * found.limits[drawn] / found.rates[drawn])
        low, high = finite_extent(eigenvalues, thresholds) or (1.0, 100.0)
        end = self._steps.end(moment)  # the newest threshold holds on, as far as is known
        return {
            "traces": {
                EIGENVALUE: {"x": steps, "y": eigenvalues, "name": _name(found)},
                THRESHOLD: {"x": np.append(steps, end), "y": np.append(thresholds, thresholds[-1:])},
            },
            "layout": {**self._steps.layout(moment), **self._values.update(low, high)},
            **dated(_words(found), moment.findings[CURVATURE.name], moment),
        }


def _name(found: Sharpness) -> str:
    return _("largest eigenvalue, preconditioned") if found.preconditioned else _("largest eigenvalue")


def _words(found: Sharpness) -> str:
    return _(
        "{estimate} on {count} examples · {eigenvalue} ± {residual}",
        estimate=ESTIMATE,
        count=format_number(found.examples),
        eigenvalue=significant(found.eigenvalue, 3),
        residual=significant(found.residual, 2),
    )


def _positive(values: np.ndarray) -> np.ndarray:
    """`values` where a log axis can show them, NaN in place of the rest."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)
