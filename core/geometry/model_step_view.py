"""NextStepProbe: the loss of a model along the update that is about to be made.

The update is computed in float64 by the optimizer's rule from the weights, the gradient on the next batch
and the moments; the losses along it are the model's own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from core.geometry.derivatives import Gradients, dot, shaped
from core.geometry.line_view import LineView, crossing
from core.geometry.stability import RateZones
from core.optimizers.optimizer import Optimizer, OptimizerState, UpdateTerms
from core.training.flat_weights import flatten
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.training.trainer_snapshot import TrainerSnapshot

LINE_POINTS, FEWER_POINTS = 25, 9  # fewer of a large model: each is a look at the whole batch
LARGE = 1_000_000  # parameters
SHORTEST, LONGEST = 1.6, 1000.0  # of the line, in updates
BEYOND_LOWEST = 2.5  # how far past the quadratic's lowest point the line is drawn: to where it has risen again
ROUNDS = 2  # of narrowing down where the loss rises, 25-fold each, or 9-fold
UNKNOWN = RateZones(None, None, None)


class NextStepProbe(Probe[LineView]):
    """Looks along the next update of a run, on the batch it will use, and does not make it."""

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        self._gradients: Gradients | None = None

    def look(self, snapshot: TrainerSnapshot) -> LineView:
        """Return the loss along the update that follows `snapshot`."""
        if self._gradients is None:
            self._gradients = Gradients(snapshot.objective)
        weights, state, rows, scale = snapshot.weights, snapshot.state, snapshot.rows, snapshot.loss_scale
        gradient, squares = self._gradients.gradient_and_squares(weights, state, rows, scale)
        terms = next_terms(snapshot, self._optimizer, gradient, squares)
        update = shaped(terms.update, weights)
        is_proportional = self._optimizer.proportional and snapshot.masks is None  # new zeros are a jump at any rate
        rate = snapshot.hyper["learning_rate"] if is_proportional else None
        return line_along(self._gradients, snapshot, update, gradient, rate)


def line_along(
    gradients: Gradients,
    snapshot: TrainerSnapshot,
    update: Sequence[tf.Tensor],
    gradient: Sequence[tf.Tensor],
    rate: float | None = None,
) -> LineView:
    """Return the loss along `update` from `snapshot`, on its rows.

    Args:
        gradients: The derivatives of the loss.
        snapshot: Where the line begins.
        update: A tensor for each of the weights.
        gradient: That of the loss at `snapshot`.
        rate: The learning rate, if the update is proportional to it.
    """
    slope = dot(gradient, update)
    weights, state, rows = snapshot.weights, snapshot.state, snapshot.rows
    bend = dot(update, gradients.product(weights, state, update, rows, snapshot.loss_scale))
    line = _Line(gradients, snapshot, update)
    multiples = np.linspace(0, _reach(slope, bend), line.points)
    both = line.losses(np.append(multiples, 1.0))
    losses, landing = both[:-1], float(both[-1])
    return LineView.of(multiples, losses, landing, slope, bend, line.rise(multiples, losses), rate, UNKNOWN)


def next_terms(
    snapshot: TrainerSnapshot, optimizer: Optimizer, gradient: Sequence[tf.Tensor], squares: Sequence[tf.Tensor]
) -> UpdateTerms:
    """Return the update that `optimizer` makes of `gradient`, clipped and masked as in the run; flat float64.

    `squares` are what its rule takes for the squares of the gradient.
    """
    flat_gradient, flat_squares = flatten(gradient, float), flatten(squares, float)
    clip, norm = snapshot.clip_norm, float(np.sqrt(flat_squares.sum()))
    if clip is not None:  # Keras measures what a batch looked up row by row, and then adds the rows up
        flat_gradient *= min(clip / norm, 1.0) if norm else 1.0
        flat_squares = flat_gradient**2
    point, slots = flatten(snapshot.weights, float), snapshot.slots()
    state = OptimizerState(point, flat_gradient, slots, snapshot.step, snapshot.hyper, flat_squares)
    terms = optimizer.terms(state)
    if snapshot.masks is None:
        return terms
    return replace(terms, update=snapshot.masks.masked(snapshot.shapes, point, terms.update))


def _reach(slope: float, bend: float) -> float:
    """Return how far to draw, in updates: past the step and past the lowest point of the quadratic, up again."""
    if not (slope < 0 < bend):
        return 4.0
    return float(np.clip(BEYOND_LOWEST * -slope / bend, SHORTEST, LONGEST))


class _Line:
    """The loss at weights + s update on one batch."""

    def __init__(self, gradients: Gradients, snapshot: TrainerSnapshot, update: Sequence[tf.Tensor]) -> None:
        self._gradients, self._snapshot, self._update = gradients, snapshot, update
        self.points = LINE_POINTS if snapshot.n_parameters <= LARGE else FEWER_POINTS

    def losses(self, multiples: np.ndarray) -> np.ndarray:
        """Return the loss for each multiple s of the update, float64."""
        from_here = self._snapshot
        at = tf.constant(multiples, from_here.weights[0].dtype)
        losses = self._gradients.line(from_here.weights, from_here.state, self._update, at, from_here.rows)
        return losses.numpy().astype(float)

    def rise(self, multiples: np.ndarray, losses: np.ndarray) -> float | None:
        """Return the first multiple where the loss, having fallen, is back at its value; None if not on the line."""
        above = losses[1:] >= losses[0]
        if not above.any():
            return None
        first = int(np.argmax(above))
        if first == 0 and not losses[1] > losses[0]:
            return None  # level: nothing moves
        low, high, level = float(multiples[first]), float(multiples[first + 1]), float(losses[0])
        return crossing(self.losses, low, high, level, self.points, ROUNDS)
