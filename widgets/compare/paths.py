"""The path of a kept run on the loss surface that it descends, from above and in space."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.curve_cache import Recorded
from widgets.charts.parts.style import hover, line
from widgets.charts.surface.surface_grid import shades
from widgets.compare.run_texts import literal

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun

MOST_PATHS = 10  # that can be told apart
POINTS = 400  # of a path
FARTHEST = 1e6  # coordinates: a path that diverges is drawn up to there, far beyond any surface
LIFT = 0.01  # of the height: how far a path in space floats above the surface, so as not to sink into it
RING: dict[str, Any] = {"symbol": "circle-open", "size": 13, "line": {"width": 2.5}}
RING_IN_SPACE: dict[str, Any] = {"symbol": "circle-open", "size": 7, "line": {"width": 2}}
MARK: dict[str, Any] = {"mode": "markers", "hoverinfo": "skip", "showlegend": False}


class PathCache:
    """Makes paths and keeps the last ones; a run that was recorded anew has another path."""

    def __init__(self) -> None:
        self._path = lru_cache(4 * MOST_PATHS)(_path_of)

    def path(self, run: KeptRun) -> np.ndarray:
        """Evenly spaced points of the path of `run`, as they were recorded, the first and the last among them, (k, 2).

        From where a run has left every picture its points are nan.
        """
        return self._path(Recorded(run))


def path_up_to(run: KeptRun, step: int) -> np.ndarray:
    """Evenly spaced points of the path of `run` up to `step`, with their losses, (k, 3); k = 0 without a path."""
    if ("update", "parameters") not in run.series:
        return np.empty((0, 3))
    history = run.history
    path = np.column_stack([history["parameters"], history["loss"]]).astype(np.float64)
    return _thinned(path[history["step"] <= step])


def path_behind(run: KeptRun, path: np.ndarray) -> list[go.Scatter]:
    """A path (k, 3) behind another one, seen from above: dashed, with a ring at its end."""
    colour, name = f"var(--dl-run-{run.colour})", literal(run.title)
    behind = go.Scatter(
        x=path[:, 0], y=path[:, 1], mode="lines", line=line(colour, 2, "dash"), name=name, hovertemplate=hover(name),
        showlegend=False,
    )  # fmt: skip
    return [behind, go.Scatter(x=path[-1:, 0], y=path[-1:, 1], marker=RING | {"color": colour}, **MARK)]


def path_in_space(run: KeptRun, path: np.ndarray, ground: go.Surface) -> list[go.Scatter3d]:
    """A path (k, 3) on `ground`, whose `customdata` are losses: dashed, with a ring at its end; cut where it leaves."""
    x, y, loss = path.T
    inside = (x >= ground.x[0]) & (x <= ground.x[-1]) & (y >= ground.y[0]) & (y <= ground.y[-1])
    lift = LIFT * float(np.nanmax(ground.z) - np.nanmin(ground.z))
    z = np.where(inside, shades(loss, ground.customdata) + lift, np.nan)
    colour, name = f"var(--dl-run-{run.colour})", literal(run.title)
    behind = go.Scatter3d(
        x=x, y=y, z=z, mode="lines", line={"color": colour, "width": 4, "dash": "dash"}, name=name,
        hovertemplate=hover(name), showlegend=False,
    )  # fmt: skip
    ring = go.Scatter3d(x=x[-1:], y=y[-1:], z=z[-1:], marker=RING_IN_SPACE | {"color": colour}, **MARK)
    return [behind, ring]


def _path_of(recorded: Recorded) -> np.ndarray:
    path = _thinned(np.asarray(recorded.run.history["parameters"], np.float64))
    return path.astype(np.float32)


def _thinned(path: np.ndarray) -> np.ndarray:
    """`POINTS` points of a path (n, k), nan where its coordinates are beyond every picture."""
    kept = path[np.unique(np.linspace(0, len(path) - 1, POINTS).astype(int))] if len(path) else path
    return np.where(np.abs(kept[:, :2]).max(axis=1, keepdims=True, initial=0) < FARTHEST, kept, np.nan)
