"""The values of Keras variables: read without a copy, put back, and kept in little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras


def present(variables: Sequence[keras.Variable]) -> list[tf.Tensor]:
    """Return the present values; they share the variables' memory until the next update."""
    return [tf.convert_to_tensor(v.value) for v in variables]


def assign(variables: Sequence[keras.Variable], values: Sequence[np.ndarray | tf.Tensor]) -> None:
    """Give each variable its value."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def compact(value: np.ndarray) -> np.ndarray:
    """Return the same array; where all numbers are one number, as in fresh moments, only that is kept in memory."""
    same = value.size > 1 and (value == value.flat[0]).all()
    return np.broadcast_to(value.flat[0], value.shape) if same else value
