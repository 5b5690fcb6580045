"""Gradients of embeddings: a row for each time that a batch looked one up, as `tf.IndexedSlices`.

Keras' rules that square the gradient square each of these rows by itself, and add up the squares: a word that occurs
twice in a batch counts otherwise than by the square of its sum. So the rows reach the optimizer as they are, and are
added up only where that is the same.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Gradient: TypeAlias = Any  # a tensor, or IndexedSlices

# Rows of a table up to which they are added up by a product with one-hot rows: XLA adds them one number at a time.
# Measured: an update of a character decoder takes 24 ms instead of 1900.
MOST_ROWS = 256
LINEAR = (keras.optimizers.SGD, keras.optimizers.Lion)  # these use sums alone
_products = threading.local()


def dense(gradient: Gradient) -> tf.Tensor:
    """The gradient as a tensor of the variable's shape."""
    with summed_by_products():
        return tf.convert_to_tensor(gradient)


def dense_squares(gradient: Gradient, scale: tf.Tensor) -> tf.Tensor:
    """The squares of `gradient` / `scale` that a rule sums up: those of each time that a row was looked up."""
    if not isinstance(gradient, tf.IndexedSlices):
        return tf.square(gradient / scale)
    squared = tf.square(gradient.values / scale)
    return dense(tf.IndexedSlices(squared, gradient.indices, gradient.dense_shape))


def as_needed(gradients: Sequence[Gradient], optimizer: keras.optimizers.Optimizer) -> list[Gradient]:
    """The gradients as `optimizer` needs them: added up already, if its rule and clipping make no difference."""
    clips = (optimizer.clipnorm, optimizer.global_clipnorm, optimizer.clipvalue)
    if isinstance(optimizer, LINEAR) and clips == (None, None, None):
        return [dense(gradient) for gradient in gradients]
    return list(gradients)


def of_shape(gradient: Gradient, shape: tf.TensorShape) -> Gradient:
    """The gradient with a shape that is known when a program is traced, which a branch of it makes unknown."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    return tf.IndexedSlices(gradient.values, gradient.indices, tf.constant(shape.as_list(), tf.int64))


def row_counts(gradients: Sequence[Gradient]) -> list[int | None]:
    """The number of rows of each gradient that has rows; None for the others."""
    return [g.values.shape[0] if isinstance(g, tf.IndexedSlices) else None for g in gradients]


def padded(gradients: Sequence[Gradient], counts: Sequence[int | None]) -> list[Gradient]:
    """The gradients with rows of zeros at their ends, so that they have as many as `counts` say."""
    return [
        gradient if count is None else _padded(gradient, count - gradient.values.shape[0])
        for gradient, count in zip(gradients, counts, strict=True)
    ]


def _padded(gradient: tf.IndexedSlices, missing: int) -> tf.IndexedSlices:
    values = tf.pad(gradient.values, [[0, missing], *[[0, 0]] * (gradient.values.shape.rank - 1)])
    return tf.IndexedSlices(values, tf.pad(gradient.indices, [[0, missing]]), gradient.dense_shape)


@contextmanager
def summed_by_products() -> Iterator[None]:
    """While open, rows of small tables are added up by a product, wherever Keras adds them up."""
    before = getattr(_products, "wanted", False)
    _products.wanted = True
    try:
        yield
    finally:
        _products.wanted = before


def _by_product(value: tf.IndexedSlices, dtype: Any = None, name: Any = None, as_ref: bool = False) -> Any:
    """The sum of the rows as a product, or NotImplemented where TensorFlow's own way is meant."""
    shape = None if value.dense_shape is None else tf.get_static_value(value.dense_shape)
    if not getattr(_products, "wanted", False) or shape is None or len(shape) != 2 or shape[0] > MOST_ROWS:
        return NotImplemented
    rows = tf.one_hot(value.indices, int(shape[0]), dtype=value.values.dtype)
    return tf.matmul(rows, value.values, transpose_a=True)


tf.register_tensor_conversion_function(tf.IndexedSlices, _by_product, priority=50)
