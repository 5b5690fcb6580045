"""The loss surface in space, with the path on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.parts.style import GRID, PATH, POINT, SOFT, empty, figure, hover
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup
from widgets.charts.surface.surface import IN_SPACE, TITLE, VIEW
from widgets.charts.surface.surface_grid import shades

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.moment import Moment

LIFT = 0.01  # of the height: how far the path floats above the surface, so as not to sink into it
FLOAT = 0.2  # of the height: how far above the surface the path is drawn a second time
HEIGHT = 0.65  # of the scene, in widths
CAMERA = {"eye": {"x": -1.6, "y": -1.48, "z": 1.07}, "center": {"x": -0.06, "y": 0.06, "z": -0.1}}
# All labels are in sight also where a card is as narrow as high; left of the middle, as the heights' title is.
SURFACE, MINIMA, PATH_ON_IT, NOW, FROM_ABOVE = range(5)  # the traces


class Surface3DChart(PlaneChart):
    """The surface drawn with log-like heights (those of the heatmap's shades), the path and the minima.

    Waves of the surface hide what lies behind them, so the path is drawn a second time: thin, floating above the
    surface, and from its end a line falls to the point now.
    """

    id = "surface"
    title = TITLE
    shows = N_("The loss at every point as a height, and the path of the run.")
    advice = N_("Drag to turn it, and look along the valley.")
    role = Role.LEAD
    shows_at_once = True
    choices = (VIEW,)
    seconds_between = 0.5  # where WebGL runs in software, a surface takes 100 ms and more to draw

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._objective, self._grid = setup.objective, setup.grid
        top, height = float(np.nanmax(self._grid.shade)), float(np.ptp(self._grid.shade[np.isfinite(self._grid.shade)]))
        self._lift, self._above = LIFT * height, top + FLOAT * height

    @classmethod
    def fits(cls, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True while the view in space is chosen."""
        return VIEW.option(chosen) == IN_SPACE

    def panel(self) -> Panel:
        """The surface before any step."""
        grid = self._grid
        minima = np.array(self._objective.minima, float).reshape(-1, 2)
        traces = [
            go.Surface(
                x=grid.x, y=grid.y, z=grid.shade.astype(np.float32), surfacecolor=grid.shade.astype(np.float32),
                customdata=grid.loss.astype(np.float32), colorscale="Viridis", reversescale=True, showscale=False,
                opacity=0.7, hovertemplate=hover("%{x:.3g}, %{y:.3g}", _("loss %{customdata:.4g}")),
            ),
            go.Scatter3d(
                x=minima[:, 0], y=minima[:, 1], z=self._heights(minima[:, 0], minima[:, 1]), mode="markers",
                marker={"symbol": "diamond", "size": 5, "color": "#ffd34d"}, hoverinfo="skip",
            ),
            go.Scatter3d(
                x=empty(), y=empty(), z=empty(), mode="lines", line={"color": PATH, "width": 6}, hoverinfo="skip"
            ),
            go.Scatter3d(
                x=empty(), y=empty(), z=empty(), mode="markers", marker={"size": 6, "color": POINT},
                hoverinfo="skip",
            ),
            go.Scatter3d(
                x=empty(), y=empty(), z=empty(), mode="lines", line={"color": PATH, "width": 3}, hoverinfo="skip"
            ),
        ]  # fmt: skip
        first, second = map(shown, self._objective.parameter_names)
        (x_range, y_range), z_title = self._objective.domain, _("log loss")
        scene = {
            "xaxis": {**_axis(first), "range": list(x_range)},
            "yaxis": {**_axis(second), "range": list(y_range)},
            "zaxis": _axis(z_title),
            "aspectmode": "manual",
            "aspectratio": {"x": 1, "y": 1, "z": HEIGHT},
            "camera": CAMERA,
        }
        chart = figure(traces, "", "", scene=scene, margin={"l": 0, "r": 0, "t": 0, "b": 0})
        chart.layout.xaxis = chart.layout.yaxis = None
        return self.card(chart, _("drag to turn · heights are log loss"))

    def update(self, moment: Moment) -> Update:
        """The path up to `moment`, cut where it leaves the surface."""
        x, y = self._inside(moment.path(0), moment.path(1))
        z = self._heights(x, y)
        now = slice(-1, None)
        from_above = np.full(len(x), self._above)
        return {
            "traces": {
                PATH_ON_IT: {"x": x, "y": y, "z": z},
                NOW: {"x": x[now], "y": y[now], "z": z[now]},
                FROM_ABOVE: {
                    "x": np.append(x, x[now]), "y": np.append(y, y[now]), "z": np.append(from_above, z[now]),
                },
            },
            "footer": _("The thin line is the path seen from above."),
        }  # fmt: skip

    def _inside(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (x_low, x_high), (y_low, y_high) = self._objective.domain
        outside = (x < x_low) | (x > x_high) | (y < y_low) | (y > y_high)
        return np.where(outside, np.nan, x), np.where(outside, np.nan, y)

    def _heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            return shades(self._objective.value(x, y), self._grid.loss) + self._lift


def _axis(title: str) -> dict[str, object]:
    return {"title": {"text": title}, "color": SOFT, "gridcolor": GRID, "showbackground": False, "nticks": 5}
