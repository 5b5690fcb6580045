"""The loss around a run's path: its values on a plane through the space of all weights.

The plane holds the path's own first two principal components, or two random directions whose parts are as
long, neuron by neuron, as the weights (Li et al., Visualizing the loss landscape of neural nets, 2018). It
goes through the path's last point. It is computed in a thread of its own, beside the training.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Literal

import numpy as np
import tensorflow as tf

from core.background_thread import BackgroundThread
from core.deferred_release import retire
from core.geometry.derivatives import loss_at, shaped
from core.geometry.even_rows import even_rows
from core.geometry.random_walk import random_walk_shares
from core.geometry.results import LandscapeResult, LandscapeState, WeightPath
from core.language import N_
from core.training.flat_weights import flatten, unflatten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.learning.model_objective import ModelObjective

log = logging.getLogger(__name__)

Plane = Literal["path", "random"]
RESOLUTION = 25  # points along each axis
MOST_EXAMPLES = 256  # of the training data, on which losses are computed
MARGIN = 0.25  # of the path's extent on each side of it
SEED = 17
FAULT = N_("The landscape could not be computed.")


class Landscape:
    """The computation of one plane. `progress` is 0 to 1, `result` is there at 1, `error` is a sentence."""

    def __init__(
        self,
        objective: ModelObjective,
        path: WeightPath,
        plane: Plane,
        resolution: int = RESOLUTION,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare the computation; `start` begins it.

        Args:
            objective: The loss; its model is not changed.
            path: The path that is shown.
            plane: "path" lays the plane along the path's principal components, "random" along random directions.
            resolution: Points along each axis.
            on_progress: Called in the computation's thread after each row and at the end.

        Raises:
            ValueError: The plane is to follow a path of fewer than 2 points.
        """
        if plane == "path" and len(path.points) < 2:
            raise ValueError("a plane along a path needs at least two points of it")
        self.progress = 0.0
        self.result: LandscapeResult | None = None
        self.error: str | None = None
        self._objective, self._path, self._plane, self._n = objective, path, plane, resolution
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._thread = BackgroundThread(self._work, "descent-lab-landscape", end=self._cancelled.set)

    @property
    def state(self) -> LandscapeState:
        """The progress and result up to now, as a value that stands while the computation goes on."""
        return LandscapeState(self.progress, self.result, self.error)

    def moved_on(self, state: LandscapeState) -> bool:
        """Whether there is more to say than `state` does."""
        return (state.progress, state.error) != (self.progress, self.error) or state.result is not self.result

    def start(self) -> None:
        """Begin to compute, in a thread; return at once."""
        self._thread.start()

    def cancel(self) -> None:
        """End the computation at its next row."""
        self._cancelled.set()
        retire(self)

    def join(self, timeout: float | None = None) -> bool:
        """Waits for the computation to end; whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._compute()
        except Exception:
            log.exception("a landscape could not be computed")
            self.error = FAULT
        del self._path  # a copy of all weights for each of its points, and an ended landscape may be kept for long
        self._on_progress()

    def _compute(self) -> None:
        points = np.stack(self._path.points)
        centre = points[-1].astype(float)
        moved = points.astype(float) - centre
        directions = principal(moved) if self._plane == "path" else self._random(centre)
        spots = project(moved, directions)
        losses = _Losses(self._objective, centre, directions)
        x, y = (axis(spots[:, i], self._n) for i in range(2))
        rows: list[np.ndarray] = []
        for height in y:
            if self._cancelled.is_set():
                return
            rows.append(losses.on_plane(np.column_stack([x, np.full(self._n, height)])))
            self.progress = len(rows) / (self._n + 1)
            self._on_progress()
        true = np.array([losses.at(point) for point in points])
        shown = losses.on_plane(spots)
        steps = np.array(self._path.steps)
        walk = random_walk_shares(self._path.steps) if self._plane == "path" else None
        shares = explained(moved, directions)
        self.result = LandscapeResult(x, y, np.stack(rows), spots, steps, shares, true, shown, walk)
        self.progress = 1.0

    def _random(self, centre: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng(SEED)
        shapes = [v.shape for v in self._objective.variables]
        return np.stack([filter_normalized(rng.normal(size=len(centre)), centre, shapes) for _ in range(2)])


def principal(moved: np.ndarray) -> np.ndarray:
    """Return the directions of the largest variance of the points `moved` (m, p): orthogonal unit rows (2, p).

    The points are seen from the last one, which is 0. Where the path is straight the second is arbitrary.
    """
    values, vectors = np.linalg.eigh(moved @ moved.T)  # m x m: a path has far fewer points than weights
    rows = (vectors[:, ::-1][:, :2].T @ moved) / np.sqrt(np.maximum(values[::-1][:2], 1e-30))[:, None]
    if len(rows) < 2 or np.linalg.norm(rows[1]) < 0.5:
        other = np.random.default_rng(SEED).normal(size=moved.shape[1])
        other -= (other @ rows[0]) * rows[0]
        rows = np.stack([rows[0], other / np.linalg.norm(other)])
    return rows


def filter_normalized(direction: np.ndarray, weights: np.ndarray, shapes: Sequence[tuple[int, ...]]) -> np.ndarray:
    """Return `direction` with each neuron's part, a column of a kernel, as long as its weights; biases get 0."""
    parts = zip(unflatten(direction, shapes), unflatten(weights, shapes), strict=True)
    return flatten([_as_long(part, own) if part.ndim > 1 else np.zeros_like(part) for part, own in parts])


def _as_long(part: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return `part` with each column of the last axis as long as that of `weights`."""
    columns, lengths = part.reshape(-1, part.shape[-1]), np.linalg.norm(weights.reshape(-1, part.shape[-1]), axis=0)
    return (columns / np.linalg.norm(columns, axis=0) * lengths).reshape(part.shape)


def project(moved: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return the coordinates (m, 2) of the nearest points on the plane, in multiples of the two directions."""
    return np.linalg.solve(directions @ directions.T, directions @ moved.T).T


def explained(moved: np.ndarray, directions: np.ndarray) -> tuple[float, float]:
    """Return the share of the path's variance, about its last point, along each direction, made orthogonal."""
    q, _ = np.linalg.qr(directions.T)
    total = float(np.sum(moved**2))
    first, second = (float(np.sum((moved @ q[:, i]) ** 2)) / total if total else 0.0 for i in range(2))
    return first, second


def axis(places: np.ndarray, n: int) -> np.ndarray:
    """Return `n` values that cover all `places` with a margin; from -1 to 1 where they are all in one place."""
    low, high = float(places.min()), float(places.max())
    if high - low < 1e-12:
        return np.linspace(-1, 1, n)
    margin = MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, n)


class _Losses:
    """The loss on a plane and anywhere else, on the same training examples, without touching the model."""

    def __init__(self, objective: ModelObjective, centre: np.ndarray, directions: np.ndarray) -> None:
        self._objective = objective
        self._origin, self._first, self._second = (shaped(row, objective.variables) for row in (centre, *directions))
        self._rows = tf.constant(even_rows(objective.n_examples, MOST_EXAMPLES))
        # Training goes on meanwhile and draws new seeds: every point of the plane sees the same dropout masks.
        self._state = [tf.constant(v.numpy()) for v in objective.state]
        self._of_spots = tf.function(self._trace, autograph=False, reduce_retracing=True)
        self._of_weights = tf.function(self._loss, autograph=False)

    def on_plane(self, spots: np.ndarray) -> np.ndarray:
        """Return the loss at each of `spots` (k, 2), float64 (k,)."""
        return self._of_spots(tf.constant(spots, self._objective.dtype)).numpy().astype(float)

    def at(self, point: np.ndarray) -> float:
        """Return the loss at the flat weights `point`."""
        return float(self._of_weights(shaped(point, self._objective.variables)))

    def _trace(self, spots: tf.Tensor) -> tf.Tensor:
        def loss(spot: tf.Tensor) -> tf.Tensor:
            parts = zip(self._origin, self._first, self._second, strict=True)
            return self._loss([o + spot[0] * a + spot[1] * b for o, a, b in parts])

        return tf.map_fn(loss, spots)

    def _loss(self, values: list[tf.Tensor]) -> tf.Tensor:
        return loss_at(self._objective, values, self._state, self._rows)
