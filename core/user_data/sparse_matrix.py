"""Sparse matrices as the arrays that models are trained on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.field import ConfigError
from core.language import _
from core.learning.memory import free_bytes
from core.number_text import bytes_text

MOST_SHARE = 0.3  # of the memory that is free: the array is kept, and copied to the process that trains


def dense(matrix: Any, what: str) -> np.ndarray:
    """A sparse matrix of SciPy or a `tf.SparseTensor` as an array with its zeros.

    Raises:
        ConfigError: That would not fit into memory.
    """
    of_tensorflow = hasattr(matrix, "dense_shape")
    shape = tuple(int(n) for n in (matrix.dense_shape if of_tensorflow else matrix.shape))
    size = math.prod(shape) * np.dtype(matrix.dtype.as_numpy_dtype if of_tensorflow else matrix.dtype).itemsize
    if size > MOST_SHARE * free_bytes():
        raise ConfigError(
            _(
                "{what} is sparse and would take {size} with its zeros: fewer rows or columns would fit.",
                what=what,
                size=bytes_text(size),
            )
        )
    return _filled(matrix, shape) if of_tensorflow else np.asarray(matrix.toarray())


def _filled(tensor: Any, shape: tuple[int, ...]) -> np.ndarray:
    values = np.asarray(tensor.values)
    array = np.zeros(shape, values.dtype)
    array[tuple(np.asarray(tensor.indices).T)] = values
    return array
