"""What the parameters mean: the line through the data, or the coordinates by step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.number_format import format_number
from core.objectives.linear_regression import LinearRegression
from core.objectives.objective import PlaneObjective
from widgets.board.panel import Panel
from widgets.charts.moment import Moment, Update
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent, nice_ceiling
from widgets.charts.parts.style import INK, REFERENCE, SOFT, UPDATE, empty, figure, line
from widgets.number_text import significant

MOST_POINTS = 1000  # of the data that are drawn


class RegressionChart:
    """The data, the least-squares line and the line that the parameters describe now."""

    id = "model"

    def __init__(self, objective: LinearRegression) -> None:
        self._objective = objective
        x = objective.x
        pad = 0.04 * float(np.ptp(x) or 1)
        self._ends = np.array([float(x.min()) - pad, float(x.max()) + pad])

    def panel(self) -> Panel:
        """The data and the line at the start."""
        data = self._objective
        slope, intercept = data.minima[0]
        shown = slice(None, MOST_POINTS)
        traces = [
            go.Scatter(
                x=data.x[shown], y=data.y[shown], mode="markers", marker={"color": SOFT, "size": 6, "opacity": 0.6},
                hovertemplate="x %{x:.3f}<br>y %{y:.3f}<extra></extra>",
            ),
            go.Scatter(
                x=self._ends, y=slope * self._ends + intercept, mode="lines", line=line(REFERENCE, 1.8, "dot"),
                hovertemplate=f"least squares: {significant(slope)} x + {significant(intercept)}<extra></extra>",
            ),
            go.Scatter(x=self._ends, y=self._line(data.initial[0]), mode="lines", line=line(UPDATE, 3.5)),
        ]  # fmt: skip
        chart = figure(traces, "x", "y")
        low, high = float(data.y.min()), float(data.y.max())
        room = 0.12 * (high - low or 1.0)
        chart.update_xaxes(range=self._ends.tolist())
        chart.update_yaxes(range=[min(low - room, -0.3), high + room])
        return Panel(self.id, "Model", chart, self._note(data.initial[0]))

    def update(self, moment: Moment) -> Update:
        """The line at `moment`."""
        with np.errstate(over="ignore"):
            return {"traces": {2: {"y": self._line(moment.point)}}, "note": self._note(moment.point)}

    def _line(self, point: np.ndarray) -> np.ndarray:
        return point[0] * self._ends + point[1]

    def _note(self, point: np.ndarray) -> str:
        sign = "−" if point[1] < 0 else "+"
        line_words = f"ŷ = {significant(point[0])} x {sign} {significant(abs(point[1]))}"
        n = self._objective.n_examples
        return (
            line_words
            if n <= MOST_POINTS
            else f"{format_number(MOST_POINTS)} of {format_number(n)} points · {line_words}"
        )


class CoordinatesChart:
    """The two coordinates by step, with those of the nearest known minimum dotted."""

    id = "model"

    def __init__(self, objective: PlaneObjective) -> None:
        self._objective = objective
        self._range = SteadyRange()

    def panel(self) -> Panel:
        """The empty chart."""
        names = self._objective.parameter_names
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(color, width, dash), name=name,
                hovertemplate=f"{name} %{{y:.4g}}<br>step %{{x}}<extra></extra>",
            )
            for color, width, dash, name in (
                (REFERENCE, 1.5, "dot", f"{names[0]} of the minimum"),
                (REFERENCE, 1.5, "dot", f"{names[1]} of the minimum"),
                (INK, 2.5, "solid", names[0]), (INK, 2.5, "dash", names[1]),
            )
        ]  # fmt: skip
        chart = figure(traces, "step", "")
        start = self._objective.initial[0].astype(float)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._heights(start[:1], start[1:], self._nearest(start)))
        known = ", minimum dotted" if self._objective.minima else ""
        return Panel(self.id, "Coordinates", chart, f"{names[0]} solid, {names[1]} dashed{known}")

    def update(self, moment: Moment) -> Update:
        """The coordinates up to `moment`."""
        steps, x, y = moment.steps(), moment.path(0), moment.path(1)
        end = nice_ceiling(max(moment.step, 10))
        nearest = self._nearest(moment.point)
        references = {i: {"x": [0, end], "y": [value, value]} for i, value in enumerate(nearest)}
        return {
            "traces": {**references, 2: {"x": steps, "y": x}, 3: {"x": steps, "y": y}},
            "layout": {"xaxis.range": [0, end], "yaxis.range": self._heights(x, y, nearest)},
        }

    def _heights(self, x: np.ndarray, y: np.ndarray, nearest: tuple[float, ...]) -> list[float]:
        low, high = finite_extent(x, y, np.array(nearest)) or (0.0, 1.0)
        return self._range.fit(low, high)

    def _nearest(self, point: np.ndarray) -> tuple[float, ...]:
        """The known minimum nearest to `point`; () if there is none."""
        minima = self._objective.minima
        return min(minima, key=lambda m: float(np.hypot(m[0] - point[0], m[1] - point[1])), default=())
