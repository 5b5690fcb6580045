"""The ground on which paths are drawn: a loss surface from above, with its contour lines and its minima."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import _, shown
from widgets.charts.parts.style import CONTOUR, figure, hover, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.objectives.objective import PlaneObjective
    from widgets.charts.surface.surface_grid import SurfaceGrid

GROUND_TRACES = 3  # come before all others


def surface_figure(objective: PlaneObjective, grid: SurfaceGrid, traces: Sequence[Any], **layout: Any) -> go.Figure:
    """The surface of `objective`, which `grid` holds as numbers, under `traces`."""
    first, second = map(shown, objective.parameter_names)
    chart = figure([*_ground(objective, grid, first, second), *traces], first, second, **layout)
    x_range, y_range = objective.domain
    chart.update_xaxes(range=list(x_range), showgrid=False)
    chart.update_yaxes(range=list(y_range), showgrid=False)
    return chart


def _ground(objective: PlaneObjective, grid: SurfaceGrid, first: str, second: str) -> list[Any]:
    x, y = np.array(objective.minima, float).reshape(-1, 2).T
    return [
        go.Heatmap(
            x=grid.x, y=grid.y, z=grid.shade.astype(np.float32), customdata=grid.loss.astype(np.float32),
            colorscale="Viridis", reversescale=True, showscale=False, zsmooth="fast", opacity=0.75,
            hovertemplate=hover(f"{first} %{{x:.3g}}", f"{second} %{{y:.3g}}", _("loss %{customdata:.4g}")),
        ),
        go.Scatter(
            x=grid.contours[0], y=grid.contours[1], mode="lines", hoverinfo="skip", line=line(CONTOUR, 1),
            showlegend=False,
        ),
        go.Scatter(
            x=x, y=y, mode="markers", name=_("known minimum"), showlegend=False,
            marker={"symbol": "star", "size": 17, "color": "#ffd34d", "line": {"color": "#5b4300", "width": 1}},
            hovertemplate=hover(shown(objective.minimum_label), "%{x:.4g}, %{y:.4g}"),
        ),
    ]  # fmt: skip
