"""Keras layers rewritten as operations that XLA's CPU compiler makes faster, with the same values.

- A dense layer of a few units, as a multiply and a sum: a matrix product is a call out of the fused loop,
  which for a handful of units costs more than the product. Measured: a 2-4-2-1 net takes a quarter of the
  time, six layers of eight a tenth.
- The projections of an attention layer, as one matrix product over all places of all examples: the weight
  gradient of the einsum is a product for each example, all of which are then added up. Measured: an update
  of a Transformer of 12 000 parameters takes 0.58 ms instead of 0.65.
- Attention over a few places, as multiplications and sums: a batch of tiny matrix products is one call after
  another. Measured: the same Transformer on 8 places takes 0.53 ms instead of 0.65; at 29 there is no gain.

Each function returns what to call in place of the layer's own method, or None if that is fast already.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    import keras

MOST_WEIGHTS = 64  # of a dense kernel, 8 x 8: the largest that was measured
MOST_PRODUCTS = 2048  # places x places x width of a head, 16 x 16 x 8: the largest that gained

Call = Callable[..., tf.Tensor]


def dense(layer: keras.layers.Dense) -> Call | None:
    """sum_i x_i W_ij + b_j written out, for a small kernel."""
    if layer.kernel.shape[0] * layer.kernel.shape[1] > MOST_WEIGHTS:
        return None

    def call(inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        kernel = tf.convert_to_tensor(layer.kernel)
        return _finished(layer, tf.reduce_sum(_in_fractions(inputs, kernel)[..., None] * kernel, -2))

    return call


def projection(layer: keras.layers.EinsumDense) -> Call | None:
    """The product x W + b, for an equation that multiplies the last axes of x by the first of one matrix W."""
    arguments, outputs_are = layer.equation.split("->")
    inputs_are, kernel_is = arguments.split(",")
    n = sum(axis in inputs_are for axis in kernel_is)
    if not n or inputs_are[-n:] != kernel_is[:n] or outputs_are != inputs_are[:-n] + kernel_is[n:]:
        return None

    def call(inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        kernel = tf.convert_to_tensor(layer.kernel)
        size = math.prod(kernel.shape[:n])
        flat = tf.matmul(tf.reshape(_in_fractions(inputs, kernel), [-1, size]), tf.reshape(kernel, [size, -1]))
        return _finished(layer, tf.reshape(flat, tf.concat([tf.shape(inputs)[:-n], kernel.shape[n:]], 0)))

    return call


def attention(layer: keras.layers.MultiHeadAttention) -> Callable:
    """softmax(Q K^T / sqrt(d)) V of each head written out, where places and heads are small and nothing is masked."""
    of_keras = layer._compute_attention

    def call(
        query: tf.Tensor,
        key: tf.Tensor,
        value: tf.Tensor,
        attention_mask: tf.Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
        **causal: bool,
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        plain = attention_mask is None and not return_attention_scores and not causal and layer._dropout == 0
        if not plain or not _few_places(query, key, value):
            return of_keras(query, key, value, attention_mask, training, return_attention_scores, **causal)
        q, k, v = (tf.transpose(t, [0, 2, 1, 3]) for t in (query, key, value))
        weights = tf.nn.softmax(tf.reduce_sum(layer._inverse_sqrt_key_dim * q[:, :, :, None] * k[:, :, None], -1))
        return tf.transpose(tf.reduce_sum(weights[..., None] * v[:, :, None], 3), [0, 2, 1, 3]), None

    return call


def _in_fractions(inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Whole numbers, such as codes of categories, in the dtype of the kernel, as Keras multiplies them."""
    return inputs if inputs.dtype.is_floating else tf.cast(inputs, kernel.dtype)


def _few_places(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor) -> bool:
    """True if these (n, places, heads, width) are small; Keras takes softmax in float32 whatever the dtype."""
    if query.dtype != tf.float32 or len(query.shape) != 4:
        return False
    sizes = (query.shape[1], key.shape[1], max(query.shape[3], value.shape[3]))
    same_heads = query.shape[2] == key.shape[2] == value.shape[2]
    return same_heads and None not in sizes and math.prod(sizes) <= MOST_PRODUCTS


def _finished(layer: keras.Layer, x: tf.Tensor) -> tf.Tensor:
    """Activation(x + bias), those of the layer; either may be absent."""
    if layer.bias is not None:
        x = x + tf.convert_to_tensor(layer.bias)
    return x if layer.activation is None else layer.activation(x)
