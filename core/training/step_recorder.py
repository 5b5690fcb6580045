"""The recorders of updates: every number of a few parameters, or the norms of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from core.training.flat_weights import flatten_in_graph, parameter_count
from core.training.layer_groups import LayerGroups
from core.training.step_record import Steps

if TYPE_CHECKING:
    import keras

    from core.models.layer_name import LayerName

MOST_PARAMETERS = 16  # with more, a record of every number would cost more than the updates

NEIGHBOURS = 8  # summed at once; 16 and 31 were slower
LONGEST_SUM = 31  # that XLA does not split

Tensors = Sequence[tf.Tensor]


def recording_of(variables: Sequence[keras.Variable], by_layer: bool) -> EveryNumber | Norms:
    """Returns the recorder for these variables; `by_layer` asks for the layers' norms, however few they are."""
    n_parameters = parameter_count(variables)
    if n_parameters <= MOST_PARAMETERS and not by_layer:
        return EveryNumber(n_parameters)
    return Norms(LayerGroups.of([v.path for v in variables], [v.shape for v in variables]))


class EveryNumber:
    """Rows of loss, parameters, gradient and update, 1 + 3 p numbers."""

    layer_names: tuple[LayerName, ...] = ()

    def __init__(self, n_parameters: int) -> None:
        self.width = 1 + 3 * n_parameters

    def row(self, loss: tf.Tensor, before: Tensors, gradients: Tensors, after: Tensors) -> tf.Tensor:
        """The row (width,) of an update from `before` to `after`."""
        changes = [new - old for new, old in zip(after, before, strict=True)]
        return flatten_in_graph([loss, *before, *gradients, *changes])

    def with_changes(self, row: tf.Tensor, changes: Tensors) -> tf.Tensor:
        """The `row` (width,) of an update that came out as `changes`."""
        flat = flatten_in_graph(changes)
        return tf.concat([row[: -int(flat.shape[0])], flat], 0)

    def steps(self, first: int, rows: np.ndarray, diverged: bool) -> Steps:
        """The rows (k, width) as a trainer returns them."""
        parameters, gradient, update = np.split(rows[:, 1:], 3, axis=1)
        return Steps(first, rows[:, 0], parameters, gradient, update, diverged)


class Norms:
    """Rows of the loss and, of each layer, the sums of squares of its gradient, update and weights: 1 + 3 L numbers.

    Roots and totals are taken afterwards: in the loop they would cost tiny models a tenth of their speed. A
    sum beyond its dtype is not finite.
    """

    def __init__(self, layers: LayerGroups) -> None:
        self.layer_names, self._layer_of = layers.names, layers.index
        self.width = 1 + 3 * len(layers.names)

    def row(self, loss: tf.Tensor, before: Tensors, gradients: Tensors, after: Tensors) -> tf.Tensor:
        """The row (1 + 3 L,) of an update from `before` to `after`."""
        changes = [new - old for new, old in zip(after, before, strict=True)]
        return tf.stack([loss, *self._by_layer(gradients), *self._by_layer(changes), *self._by_layer(before)])

    def with_changes(self, row: tf.Tensor, changes: Tensors) -> tf.Tensor:
        """The `row` (1 + 3 L,) of an update that came out as `changes`."""
        before, _, after = tf.split(row, [1 + len(self.layer_names), len(self.layer_names), len(self.layer_names)])
        return tf.concat([before, tf.stack(self._by_layer(changes)), after], 0)

    def steps(self, first: int, rows: np.ndarray, diverged: bool) -> Steps:
        """The rows (k, 1 + 3 L) as a trainer returns them: norms, without the numbers nobody wrote down."""
        nothing = np.empty((len(rows), 0), rows.dtype)
        squares = rows[:, 1:].reshape(len(rows), 3, len(self.layer_names))
        of_gradient, of_update, _ = np.sqrt(squares.sum(axis=2, dtype=float)).T  # the total may be beyond float32
        of_layers = np.sqrt(squares).transpose(0, 2, 1)
        return Steps(first, rows[:, 0], nothing, nothing, nothing, diverged, (of_gradient, of_update), of_layers)

    def _by_layer(self, tensors: Tensors) -> list[tf.Tensor]:
        """For each layer the sum of the squares of its tensors' numbers."""
        squares = [sum_of_squares(t) for t in tensors]
        return [
            tf.add_n([square for square, of in zip(squares, self._layer_of, strict=True) if of == layer])
            for layer in range(len(self.layer_names))
        ]


def sum_of_squares(tensor: tf.Tensor) -> tf.Tensor:
    """Scalar sum of the squares of all numbers."""
    if all(size <= LONGEST_SUM for size in tensor.shape):
        return tf.reduce_sum(tf.square(tensor))
    # Sums of neighbours, over and over, which XLA computes together with the squares. A long sum it splits
    # itself, but writes all the squares to memory first: with it a small MLP's update took 66 us and not 35,
    # one of a million parameters 3.3 ms and not 1.9. The larger of a sum and 0, of sums that are never below it,
    # keeps XLA from making one long sum of the short ones again. An absolute value would do that as well, but
    # takes 4 ms to compile and not 0.1, since TensorFlow hands it to MLIR, and a decoder has 162 of them.
    sums, rests = tf.square(tf.reshape(tensor, [-1])), []
    while sums.shape[0] > LONGEST_SUM:
        rows, rest = divmod(sums.shape[0], NEIGHBOURS)
        if rest:  # cut only where there is something to cut: each operation costs time to compile
            rests.append(tf.reduce_sum(sums[-rest:]))
            sums = sums[: rows * NEIGHBOURS]
        sums = tf.maximum(tf.reduce_sum(tf.reshape(sums, [rows, NEIGHBOURS]), 1), 0)
    total = tf.reduce_sum(sums)
    return tf.add_n([total, *rests]) if rests else total
