"""What is written down at each update: every number of a few parameters, or the norms of many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from core.records import Steps

MOST_PARAMETERS = 16  # with more, a record of every number would cost more than the updates

Tensors = Sequence[tf.Tensor]


def recording_of(n_parameters: int) -> EveryNumber | Norms:
    """How updates of that many parameters are recorded."""
    return EveryNumber(n_parameters) if n_parameters <= MOST_PARAMETERS else Norms()


class EveryNumber:
    """Rows of loss, parameters, gradient and update, 1 + 3 p numbers."""

    def __init__(self, n_parameters: int) -> None:
        self.width = 1 + 3 * n_parameters

    def row(self, loss: tf.Tensor, before: Tensors, gradients: Tensors, after: Tensors) -> tf.Tensor:
        """The row (width,) of an update from `before` to `after`."""
        changes = [new - old for new, old in zip(after, before, strict=True)]
        return tf.concat([loss[None], flatten(before), flatten(gradients), flatten(changes)], 0)

    def steps(self, first: int, rows: np.ndarray, diverged: bool) -> Steps:
        """The rows (k, width) as a trainer returns them."""
        parameters, gradient, update = np.split(rows[:, 1:], 3, axis=1)
        return Steps(first, rows[:, 0], parameters, gradient, update, diverged)


class Norms:
    """Rows of the loss and the Euclidean norms of gradient and update; one beyond its dtype is not finite."""

    width = 3

    def row(self, loss: tf.Tensor, before: Tensors, gradients: Tensors, after: Tensors) -> tf.Tensor:
        """The row (3,) of an update from `before` to `after`."""
        changes = [new - old for new, old in zip(after, before, strict=True)]
        return tf.stack([loss, norm(gradients), norm(changes)])

    def steps(self, first: int, rows: np.ndarray, diverged: bool) -> Steps:
        """The rows (k, 3) as a trainer returns them, without the numbers nobody wrote down."""
        nothing = np.empty((len(rows), 0), rows.dtype)
        return Steps(first, rows[:, 0], nothing, nothing, nothing, diverged, (rows[:, 1], rows[:, 2]))


def norm(tensors: Tensors) -> tf.Tensor:
    """Scalar Euclidean norm of all numbers in `tensors`."""
    # Down the first axis first: XLA adds a row of sums at once, but a single sum one number at a time.
    return tf.sqrt(tf.add_n([tf.reduce_sum(tf.reduce_sum(tf.square(t), 0)) for t in map(_with_axis, tensors)]))


def _with_axis(tensor: tf.Tensor) -> tf.Tensor:
    return tensor if tensor.shape.rank else tensor[None]


def flatten(tensors: Tensors) -> tf.Tensor:
    """All numbers of `tensors` in one row."""
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], 0)
