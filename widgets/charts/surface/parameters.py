"""The parameters: the line through the data that they describe, or the coordinates by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_text import significant
from core.objectives.linear_regression import LinearRegression
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.run_axis import layout_of_steps
from widgets.charts.parts.style import INK, REFERENCE, SOFT, UPDATE, empty, figure, hover, line, read_together
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.moment import Moment

MOST_POINTS = 1000  # of the data that are drawn


class RegressionChart(PlaneChart):
    """The data, the least-squares line and the line that the parameters describe now."""

    id = "model"
    title = N_("Model")
    shows = N_("The data, and the line that the parameters describe.")
    advice = N_("Press the right arrow and see the line turn by one step.")
    shows_at_once = True

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        objective = setup.objective
        assert isinstance(objective, LinearRegression)
        self._objective = objective
        x = objective.x
        pad = 0.04 * float(np.ptp(x) or 1)
        self._ends = np.array([float(x.min()) - pad, float(x.max()) + pad])

    @classmethod
    def fits(cls, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True of the line through points."""
        return isinstance(setup.objective, LinearRegression)

    def panel(self) -> Panel:
        """The data and the line at the start."""
        data = self._objective
        slope, intercept = data.minima[0]
        shown = slice(None, MOST_POINTS)
        traces = [
            go.Scatter(
                x=data.x[shown], y=data.y[shown], mode="markers", marker={"color": SOFT, "size": 6, "opacity": 0.6},
                hovertemplate=hover("x %{x:.3f}", "y %{y:.3f}"),
            ),
            go.Scatter(
                x=self._ends, y=slope * self._ends + intercept, mode="lines", line=line(REFERENCE, 1.8, "dot"),
                hovertemplate=hover(_("{name}: {line}", name=data.minimum_label, line=_line_text(slope, intercept))),
            ),
            go.Scatter(x=self._ends, y=self._line(data.initial[0]), mode="lines", line=line(UPDATE, 3.5)),
        ]  # fmt: skip
        chart = figure(traces, "x", "y")
        low, high = float(data.y.min()), float(data.y.max())
        room = 0.12 * (high - low or 1.0)
        chart.update_xaxes(range=self._ends.tolist())
        chart.update_yaxes(range=[min(low - room, -0.3), high + room])
        return self.card(chart, self._note(data.initial[0]))

    def update(self, moment: Moment) -> Update:
        """The line at `moment`."""
        with np.errstate(over="ignore"):
            return {"traces": {2: {"y": self._line(moment.point)}}, "note": self._note(moment.point)}

    def _line(self, point: np.ndarray) -> np.ndarray:
        return point[0] * self._ends + point[1]

    def _note(self, point: np.ndarray) -> str:
        formula, n = f"ŷ = {_line_text(*point)}", self._objective.n_examples
        if n <= MOST_POINTS:
            return formula
        drawn, count = format_number(MOST_POINTS), format_number(n)
        return _("{drawn} of {count} points · {formula}", drawn=drawn, count=count, formula=formula)


def _line_text(slope: float, intercept: float) -> str:
    sign = "−" if intercept < 0 else "+"
    return f"{significant(slope)} x {sign} {significant(abs(intercept))}"


class CoordinatesChart(PlaneChart):
    """The two coordinates by step, with those of the nearest known minimum dotted."""

    id = "model"
    title = N_("Coordinates")
    shows = N_("The two coordinates at every step.")
    advice = N_("Look for the one that arrives first: along it the surface is steeper.")

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._objective = setup.objective
        self._range = SteadyRange()

    @classmethod
    def fits(cls, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True of all surfaces but that of the line through points, which has a chart of its own."""
        return not isinstance(setup.objective, LinearRegression)

    def panel(self) -> Panel:
        """The empty chart."""
        first, second = map(shown, self._objective.parameter_names)
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(color, width, dash), name=name,
                hovertemplate=hover(f"{name} %{{y:.4g}}"),
            )
            for color, width, dash, name in (
                (REFERENCE, 1.5, "dot", _("{name} of the minimum", name=first)),
                (REFERENCE, 1.5, "dot", _("{name} of the minimum", name=second)),
                (INK, 2.5, "solid", first), (INK, 2.5, "dash", second),
            )
        ]  # fmt: skip
        chart = figure(traces, _("step"), "")
        read_together(chart, _("step %{x}"))
        start = self._objective.initial[0].astype(float)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._heights(start[:1], start[1:], self._nearest(start)))
        if self._objective.minima:
            note = _("{first} solid, {second} dashed, minimum dotted", first=first, second=second)
        else:
            note = _("{first} solid, {second} dashed", first=first, second=second)
        return self.card(chart, note)

    def update(self, moment: Moment) -> Update:
        """The coordinates up to `moment`."""
        steps, x, y = moment.steps(), moment.path(0), moment.path(1)
        layout = layout_of_steps(moment)
        ends = layout["xaxis.range"]
        nearest = self._nearest(moment.point)
        references = {i: {"x": ends, "y": [value, value]} for i, value in enumerate(nearest)}
        return {
            "traces": {**references, 2: {"x": steps, "y": x}, 3: {"x": steps, "y": y}},
            "layout": {**layout, "yaxis.range": self._heights(x, y, nearest)},
        }

    def _heights(self, x: np.ndarray, y: np.ndarray, nearest: tuple[float, ...]) -> list[float]:
        low, high = finite_extent(x, y, np.array(nearest)) or (0.0, 1.0)
        return self._range.fit(low, high)

    def _nearest(self, point: np.ndarray) -> tuple[float, ...]:
        """The known minimum nearest to `point`; () if there is none."""
        minima = self._objective.minima
        return min(minima, key=lambda m: float(np.hypot(m[0] - point[0], m[1] - point[1])), default=())
