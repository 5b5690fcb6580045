"""A model's gradient and Hessian-vector products at given weights, in one compiled program each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from core.objectives.objective import Objective, StatefulObjective
from core.training.flat_weights import unflatten
from core.training.looked_up import dense, dense_squares

if TYPE_CHECKING:
    import numpy as np

Tensors = Sequence[tf.Tensor]


class Gradients:
    """Derivatives of an objective's loss; nothing is assigned, so a run goes on as if nobody had looked.

    Plain graphs and not XLA's: it cannot differentiate the loops of recurrent nets twice.
    """

    def __init__(self, objective: Objective | StatefulObjective) -> None:
        """`state`, in all methods, holds the values of the objective's own variables; [] if it has none."""
        self._objective = objective
        self.gradient = tf.function(self._gradient, autograph=False, reduce_retracing=True)
        self.gradient_and_squares = tf.function(self._squares, autograph=False, reduce_retracing=True)
        self.product = tf.function(self._product, autograph=False, reduce_retracing=True)
        self.line = tf.function(self._line, autograph=False, reduce_retracing=True)

    def _gradient(self, values: Tensors, state: Tensors, rows: tf.Tensor | None) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Return loss and gradient at the weights `values` on the examples `rows`."""
        with tf.GradientTape() as tape:
            tape.watch(values)
            loss = loss_at(self._objective, values, state, rows)
        gradients = tape.gradient(loss, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return loss, [dense(g) for g in gradients]

    def _squares(
        self, values: Tensors, state: Tensors, rows: tf.Tensor | None
    ) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """Return the gradient, and the squares that an optimizer's rule makes of it; see `core.training.looked_up`."""
        with tf.GradientTape() as tape:
            tape.watch(values)
            loss = loss_at(self._objective, values, state, rows)
        gradients = tape.gradient(loss, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [dense(g) for g in gradients], [dense_squares(g) for g in gradients]

    def _product(self, values: Tensors, state: Tensors, direction: Tensors, rows: tf.Tensor | None) -> list[tf.Tensor]:
        """Return H d, the derivative of the gradient along `direction` (Pearlmutter, 1994)."""
        with tf.GradientTape() as tape:
            tape.watch(values)
            _, gradients = self._gradient(values, state, rows)
            slope = tf.add_n([tf.reduce_sum(g * d) for g, d in zip(gradients, direction, strict=True)])
        products = tape.gradient(slope, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(p) for p in products]

    def _line(
        self, values: Tensors, state: Tensors, direction: Tensors, multiples: tf.Tensor, rows: tf.Tensor | None
    ) -> tf.Tensor:
        """Return the loss at values + s direction for each s in `multiples` (k,)."""

        def loss(multiple: tf.Tensor) -> tf.Tensor:
            moved = [v + multiple * d for v, d in zip(values, direction, strict=True)]
            return loss_at(self._objective, moved, state, rows)

        return tf.map_fn(loss, multiples)


def loss_at(
    objective: Objective | StatefulObjective, values: Tensors, state: Tensors, rows: tf.Tensor | None
) -> tf.Tensor:
    """Return the loss at the weights `values` on the examples `rows`, in a graph.

    It has the same dropout masks at each call: their seeds are part of `state`, of which training draws a new one
    meanwhile.
    """
    variables = objective.state if isinstance(objective, StatefulObjective) else ()
    with keras.StatelessScope(state_mapping=list(zip(variables, state, strict=True))):
        return objective.loss(values, rows)


def shaped(vector: np.ndarray, like: Sequence[tf.Tensor | keras.Variable]) -> list[tf.Tensor]:
    """Return `vector` (p,) as tensors with the shapes and dtypes of `like`."""
    parts = unflatten(vector, [t.shape for t in like])
    return [tf.constant(part, t.dtype) for part, t in zip(parts, like, strict=True)]


def dot(a: Sequence[tf.Tensor], b: Sequence[tf.Tensor]) -> float:
    """Return the scalar product of two vectors of tensors."""
    return float(tf.add_n([tf.reduce_sum(x * y) for x, y in zip(a, b, strict=True)]))
