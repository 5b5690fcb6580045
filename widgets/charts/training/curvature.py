"""The largest eigenvalue of the Hessian against the one at which this learning rate stops being stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import shown
from core.learning.setup import ModelSetup
from core.optimizers.registry import OPTIMIZERS
from widgets.board.panel import Panel
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import DANGER, GRADIENT, empty, figure, line
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces
from widgets.number_text import significant

if TYPE_CHECKING:
    from core.geometry.results import Sharpness

EIGENVALUE, THRESHOLD = range(2)  # the traces
ESTIMATE = "local, quadratic estimate"


class CurvatureChart:
    """The largest eigenvalue over time and the threshold above which its direction grows at every step.

    For gradient descent the threshold is 2 / learning rate. In general it is k * limit / rate: the limit is
    inversely proportional to the eigenvalue k. Where the optimizer scales each weight, k is that of the
    preconditioned Hessian (Cohen et al., Adaptive gradient methods at the edge of stability, 2022).
    """

    id = "curvature"
    needs = frozenset({"curvature"})

    def __init__(self, setup: ModelSetup) -> None:
        self._values, self._steps = ValueAxis(log=True), RunAxis()
        self._threshold = shown(OPTIMIZERS[setup.config.optimizer].threshold)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", name="largest eigenvalue", line=line(GRADIENT, 2.2),
                marker={"size": 6, "color": GRADIENT, "maxdisplayed": evaluation_traces.MOST_MARKERS},
                hovertemplate="largest eigenvalue %{y:.4g}<br>step %{x}<extra></extra>",
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", name=self._threshold,
                line={**line(DANGER, 1.8, "dash"), "shape": "hv"},
                hovertemplate=f"{self._threshold}: %{{y:.4g}}<br>step %{{x}}<extra></extra>",
            ),
        ]  # fmt: skip
        chart = figure(traces, "step", "", margin=evaluation_traces.ROOM_FOR_LEGEND, legend=evaluation_traces.LEGEND)
        chart.update_layout(showlegend=True)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=[0, 2], type="log")
        return Panel(self.id, "Curvature", chart, ESTIMATE)

    def update(self, moment: ModelMoment) -> Update:
        """The eigenvalues found up to `moment`."""
        found: Sharpness | None = moment.found("curvature")
        if found is None or not len(found.steps):
            nothing = {"x": empty(), "y": empty()}
            note = awaited(ESTIMATE, "curvature", moment) if found is None else ESTIMATE
            return {"traces": {EIGENVALUE: nothing, THRESHOLD: nothing}, "note": note}
        shown = evenly(int(np.searchsorted(found.steps, moment.step, side="right")))
        steps, eigenvalues = self._steps.places(found.steps[shown], moment), _positive(found.eigenvalues[shown])
        thresholds = _positive(eigenvalues * found.limits[shown] / found.rates[shown])
        low, high = finite_extent(eigenvalues, thresholds) or (1.0, 100.0)
        return {
            "traces": {
                EIGENVALUE: {"x": steps, "y": eigenvalues, "name": _name(found)},
                THRESHOLD: {"x": steps, "y": thresholds},
            },
            "layout": {"xaxis.range": [0, self._steps.end(moment)], **self._values.update(low, high)},
            "note": dated(_words(found), moment.findings["curvature"], moment),
        }


def _name(found: Sharpness) -> str:
    return "largest eigenvalue, preconditioned" if found.preconditioned else "largest eigenvalue"


def _words(found: Sharpness) -> str:
    estimate = f"{significant(found.eigenvalue, 3)} ± {significant(found.residual, 2)}"
    return f"{ESTIMATE} on {found.examples} examples · {estimate}"


def _positive(values: np.ndarray) -> np.ndarray:
    """What a log axis can show, NaN in place of the rest."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)
