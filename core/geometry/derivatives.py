"""A model's gradient and Hessian-vector products at given weights, in one compiled program each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import keras
import tensorflow as tf

from core.objectives.objective import Objective, StatefulObjective
from core.training.flat_weights import unflatten
from core.training.looked_up import dense, dense_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Tensors = Sequence[tf.Tensor]
Rows: TypeAlias = "np.ndarray | tf.Tensor | None"
Found = TypeVar("Found")


class Gradients:
    """Derivatives of an objective's loss; nothing is assigned, so a run goes on as if nobody had looked.

    Plain graphs and not XLA's: it cannot differentiate the loops of recurrent nets twice.

    Where a part of the model is float16, small derivatives would become 0 in it: they are taken of `scale` times the
    loss and divided again, as training does. A scale at which one overflows is halved until none does.
    """

    def __init__(self, objective: Objective | StatefulObjective) -> None:
        """`state`, in all methods, holds the values of the objective's own variables; [] if it has none."""
        self._objective = objective
        self._squares = _program(self._scaled_squares)
        self._product = _program(self._scaled_product)
        self.line = _program(self._line)

    def gradient_and_squares(
        self, values: Tensors, state: Tensors, rows: Rows, scale: float = 1.0
    ) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """Return the gradient, and the squares that an optimizer's rule makes of it; see `core.training.looked_up`."""
        gradients, squares = _finite(lambda s: self._squares(values, state, rows, s), scale, values[0].dtype)
        return gradients, squares

    def product(
        self, values: Tensors, state: Tensors, direction: Tensors, rows: Rows, scale: float = 1.0
    ) -> list[tf.Tensor]:
        """Return H d, the derivative of the gradient along `direction` d (Pearlmutter, 1994)."""
        return _finite(lambda s: self._product(values, state, direction, rows, s), scale, values[0].dtype)

    def _scaled_squares(
        self, values: Tensors, state: Tensors, rows: Rows, scale: tf.Tensor
    ) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        _, gradients = self._differentiate(values, state, rows, scale)
        return [dense(g) / scale for g in gradients], [dense_squares(g, scale) for g in gradients]

    def _scaled_product(
        self, values: Tensors, state: Tensors, direction: Tensors, rows: Rows, scale: tf.Tensor
    ) -> list[tf.Tensor]:
        # An update can be too small for float16 as well.
        length = tf.cond(scale > 1, lambda: _largest(direction), lambda: tf.ones_like(scale))
        with tf.GradientTape() as tape:
            tape.watch(values)
            _, gradients = self._differentiate(values, state, rows, scale)
            slope = tf.add_n(
                [tf.reduce_sum(dense(g) * (d / length)) for g, d in zip(gradients, direction, strict=True)]
            )
        products = tape.gradient(slope, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(p) * (length / scale) for p in products]

    def _differentiate(
        self, values: Tensors, state: Tensors, rows: Rows, scale: tf.Tensor
    ) -> tuple[tf.Tensor, list[Any]]:
        """Return the loss, and the gradient of `scale` times the loss."""
        with tf.GradientTape() as tape:
            tape.watch(values)
            loss = loss_at(self._objective, values, state, rows)
            scaled = loss * scale
        return loss, tape.gradient(scaled, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def _line(self, values: Tensors, state: Tensors, direction: Tensors, multiples: tf.Tensor, rows: Rows) -> tf.Tensor:
        """Return the loss at values + s direction for each s in `multiples` (k,)."""

        def loss(multiple: tf.Tensor) -> tf.Tensor:
            moved = [v + multiple * d for v, d in zip(values, direction, strict=True)]
            return loss_at(self._objective, moved, state, rows)

        return tf.map_fn(loss, multiples)


def _program(function: Callable[..., Any]) -> Any:
    program = tf.function(function, autograph=False, reduce_retracing=True)
    program._omit_frequent_tracing_warning = True  # TensorFlow takes those of many models for one that is retraced
    return program


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


def _finite(find: Callable[[tf.Tensor], Found], scale: float, dtype: tf.DType) -> Found:
    """Return what `find` finds at `scale`, or at the first half, quarter, ... of it where nothing overflows."""
    while True:
        found = find(tf.constant(scale, dtype))
        if scale <= 1 or all(bool(tf.reduce_all(tf.math.is_finite(each))) for each in tf.nest.flatten(found)):
            return found
        scale /= 2


def _largest(vectors: Sequence[tf.Tensor]) -> tf.Tensor:
    """Return the largest absolute number of `vectors`; 1 where there is none but 0."""
    largest = tf.reduce_max([tf.reduce_max(tf.abs(vector)) for vector in vectors])
    return tf.where(largest > 0, largest, 1)
