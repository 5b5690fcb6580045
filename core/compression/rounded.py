"""Less in the numbers: inputs of few bits or pixels, weights that are rounded while a model trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf

    from core.learning.model_objective import ModelObjective


def coarse(x: np.ndarray, bits: int, low: float, high: float) -> np.ndarray:
    """`x` rounded to the nearest of 2^bits values that stand evenly from `low` to `high`, float32.

    >>> coarse(np.array([-1.0, 0.1, 0.4, 2.0]), 1, 0.0, 1.0)
    array([0., 0., 0., 1.], dtype=float32)
    """
    if high <= low:
        return x.astype(np.float32)
    steps = 2**bits - 1
    places = np.round((np.clip(x, low, high) - low) / (high - low) * steps)
    return (low + places / steps * (high - low)).astype(np.float32)


def shrunk(x: np.ndarray, times: int) -> np.ndarray:
    """Pictures (n, height, width, channels) whose pixels are the means of squares of `times` pixels a side.

    Rows and columns that fill no square are left out.

    >>> shrunk(np.arange(8.0).reshape(1, 2, 4, 1), 2).ravel()
    array([2.5, 4.5])
    """
    n, height, width, channels = x.shape
    rows, columns = height // times, width // times
    squares = x[:, : rows * times, : columns * times].reshape(n, rows, times, columns, times, channels)
    return squares.mean((2, 4))


def rounded(weights: Any, bits: int) -> Any:
    """A tensor of weights (..., channels) rounded as an integer format rounds them, with the gradient of no rounding.

    q = round(w / s) s with s = max |w| / (2^(bits-1) - 1) of each channel; the gradient passes as if q were w (the
    straight-through estimator, Bengio et al., 2013).
    """
    import tensorflow as tf

    largest = tf.reduce_max(tf.abs(weights), axis=list(range(weights.shape.rank - 1)), keepdims=True)
    scale = tf.maximum(largest, 1e-12) / (2.0 ** (bits - 1) - 1)
    return weights + tf.stop_gradient(tf.round(weights / scale) * scale - weights)


def rounded_objective(objective: ModelObjective, bits: int) -> ModelObjective:
    """`objective` with matrices and convolution kernels rounded in each call; returned as the same object."""
    exact = objective.loss_and_state

    def loss_and_state(
        values: Sequence[tf.Tensor], rows: tf.Tensor | None, padded: bool = False
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        return exact([rounded(value, bits) if len(value.shape) > 1 else value for value in values], rows, padded)

    objective.loss_and_state = loss_and_state  # type: ignore[method-assign]  # this object alone trains so
    return objective
