"""A loss surface as numbers to draw: a grid of losses, shades that spread evenly, contour lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from widgets.charts.parts.contours import contour_lines

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective

GRID_POINTS = 80
LEVELS = 14
MANY_HOLLOWS, FEW_LEVELS = 9, 4  # where more lines would hide the minima, of which each has rings of its own


@dataclass(frozen=True)
class SurfaceGrid:
    """`loss` (rows y, columns x) in float64 on the objective's domain, with its shades and contours.

    `shade` is log(loss - lowest + softness): losses of a surface span decades, and its valley is what
    one wants to see. `contours` are polylines (x, y) at levels even in shade, NaN between pieces.
    """

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    shade: np.ndarray
    contours: tuple[np.ndarray, np.ndarray]


def surface_grid(objective: PlaneObjective, points: int = GRID_POINTS) -> SurfaceGrid:
    """The surface of `objective` over its domain on `points` x `points`."""
    x, y = (np.linspace(low, high, points) for low, high in objective.domain)
    loss = objective.value(x[None, :], y[:, None])
    shade = shades(loss, loss)
    count = LEVELS if _hollows(loss) <= MANY_HOLLOWS else FEW_LEVELS
    levels = np.linspace(np.nanmin(shade), np.nanmax(shade), count + 2)[1:-1]
    return SurfaceGrid(x, y, loss, shade, contour_lines(x, y, shade, levels))


def _hollows(loss: np.ndarray) -> int:
    """The number of inner points of a grid that lie lower than their four neighbours."""
    inner = loss[1:-1, 1:-1]
    around = loss[:-2, 1:-1], loss[2:, 1:-1], loss[1:-1, :-2], loss[1:-1, 2:]
    return int(np.all([inner < side for side in around], axis=0).sum())


def shades(loss: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The shade of each `loss` on the scale of the grid `of`; nan where the loss is not finite."""
    finite = of[np.isfinite(of)]
    low = float(finite.min())
    softness = 0.01 * float(np.median(finite) - low) + 1e-12
    return np.log(np.maximum(np.where(np.isfinite(loss), loss, np.nan) - low, 0) + softness)
