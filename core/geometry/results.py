"""The findings about the shape of the loss: NumPy arrays, so that a page need not load TensorFlow for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sharpness:
    """The looks of a run so far, arrays (m,), and the newest one.

    `eigenvalue` is the largest of the Hessian, `residual` the norm of H v - eigenvalue v for the unit vector
    v found: some eigenvalue is that near. Of an optimizer that scales each weight both are those of the
    scaled Hessian, and `preconditioned` says so. `limits` are the learning rates above which that direction
    grows (nan where there is none), `rates` those in use. `examples` is on how many it was measured.
    """

    steps: np.ndarray
    eigenvalues: np.ndarray
    limits: np.ndarray
    rates: np.ndarray
    eigenvalue: float
    residual: float
    limit: float | None
    rate: float
    preconditioned: bool
    examples: int

    def limit_at(self, step: int, until: int) -> tuple[int, float | None] | None:
        """Return the step of the last look up to `step`, or else of the first up to `until`, and the limit found there.

        None if there was no look by then.
        """
        look = max(int(np.searchsorted(self.steps, step, side="right")) - 1, 0)
        if not len(self.steps) or self.steps[look] > until:
            return None
        limit = float(self.limits[look])
        return int(self.steps[look]), limit if math.isfinite(limit) else None


@dataclass(frozen=True)
class WeightPath:
    """The steps (m,) at which weights were copied, and the weights, each flat (p,), in their own dtype."""

    steps: tuple[int, ...]
    points: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class LandscapeResult:
    """A plane of losses, float64: `losses` (n, n), row = y, at `x` (n,) and `y` (n,).

    `path` (m, 2) are the path's points projected on the plane, at `path_steps` (m,). `explained` is the
    share of the path's variance that lies along each direction, `random_walk` those of a random walk as long
    along its own directions; None where the plane does not follow the path. `true_losses` (m,) are the losses at
    the points, `projected_losses` those at their projections: how far they differ says what the plane hides.
    """

    x: np.ndarray
    y: np.ndarray
    losses: np.ndarray
    path: np.ndarray
    path_steps: np.ndarray
    explained: tuple[float, float]
    true_losses: np.ndarray
    projected_losses: np.ndarray
    random_walk: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)  # results have no single equality
class LandscapeState:
    """A landscape under way: `progress` is 0 to 1, `result` is there at 1, `error` is a sentence if it failed."""

    progress: float
    result: LandscapeResult | None
    error: str | None
