"""Weights as one vector, and a vector as weights: both as NumPy arrays and within a compiled program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    import keras
    from numpy.typing import DTypeLike

    Values: TypeAlias = np.ndarray | tf.Tensor | keras.Variable  # each has a shape

Shapes = Sequence[Sequence[int]]


def parameter_count(tensors: Sequence[Values]) -> int:
    """Return how many numbers `tensors` hold.

    >>> parameter_count([np.zeros((2, 3)), np.zeros(3)])
    9
    """
    return sum(math.prod(tensor.shape) for tensor in tensors)


def flatten(tensors: Sequence[Values], dtype: DTypeLike | None = None) -> np.ndarray:
    """Return all numbers of `tensors` as a new vector (p,), in their own dtype or in a wider one.

    >>> flatten([np.array([[1, 2], [3, 4]]), np.array([5])])
    array([1, 2, 3, 4, 5])
    """
    return np.concatenate([np.ravel(tensor) for tensor in tensors], dtype=dtype)


def unflatten(vector: np.ndarray, shapes: Shapes) -> list[np.ndarray]:
    """Return views of `vector` (p,), one of each shape.

    >>> unflatten(np.arange(5), [(2, 2), (1,)])
    [array([[0, 1],
           [2, 3]]), array([4])]
    """
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]


def flatten_in_graph(tensors: Sequence[tf.Tensor]) -> tf.Tensor:
    """Return all numbers of `tensors` as one tensor (p,), differentiable."""
    return tf.concat([tf.reshape(tensor, [-1]) for tensor in tensors], 0)


def unflatten_in_graph(vector: tf.Tensor, shapes: Shapes) -> list[tf.Tensor]:
    """Return the parts of `vector` (p,), one of each shape, differentiable."""
    parts = tf.split(vector, [math.prod(shape) for shape in shapes])
    return [tf.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)]
