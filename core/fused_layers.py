"""Layers that are slow in a compiled loop, traced as operations that XLA fuses with all around them; same values.

- Dense layers of a few units, as a multiply and a sum: a matrix product is a call out of the fused loop,
  which for a handful of units costs more than the product. Measured: a 2-4-2-1 net takes a quarter of the
  time, six layers of eight a tenth.
- Embeddings of a small vocabulary, as a matrix product with one-hot rows: XLA adds up the gradient of a
  look-up one number at a time. Measured: an update of a character decoder takes 24 ms instead of 1900.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

MOST_WEIGHTS = 64  # of a dense kernel, 8 x 8: the largest that was measured
MOST_TOKENS = 256  # of a vocabulary: a one-hot row is as long, and characters are fewer

Call = Callable[..., tf.Tensor]

_patching = threading.RLock()  # a probe or landscape traces the same model in another thread than its run


@contextmanager
def fused(model: keras.Model) -> Iterator[None]:
    """While open, calls of the model's layers named above are traced as what XLA fuses."""
    calls = {layer: call for layer in model._flatten_layers(include_self=False) if (call := _fused_call(layer))}
    with _patching:
        for layer, call in calls.items():
            # Past Keras' own attribute tracking: the layer is the same again when the trace is done.
            object.__setattr__(layer, "call", call)
        try:
            yield
        finally:
            for layer in calls:
                object.__delattr__(layer, "call")


def _fused_call(layer: keras.Layer) -> Call | None:
    """What to trace in place of `layer.call`; None where that is fast already."""
    # A subclass may compute something else; a quantized or LoRA layer keeps another kernel.
    if type(layer) not in (keras.layers.Dense, keras.layers.Embedding) or layer.quantization_mode or layer.lora_enabled:
        return None
    if type(layer) is keras.layers.Embedding:
        return _embedding_call(layer) if layer.input_dim <= MOST_TOKENS else None
    return _dense_call(layer) if layer.kernel.shape[0] * layer.kernel.shape[1] <= MOST_WEIGHTS else None


def _dense_call(layer: keras.layers.Dense) -> Call:
    """`layer.call` with sum_i x_i W_ij + b_j written out."""

    def call(inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        x = tf.reduce_sum(inputs[..., None] * tf.convert_to_tensor(layer.kernel), -2)
        if layer.bias is not None:
            x = x + tf.convert_to_tensor(layer.bias)
        return x if layer.activation is None else layer.activation(x)

    return call


def _embedding_call(layer: keras.layers.Embedding) -> Call:
    """`layer.call` as onehot(tokens) E, in the dtype it computes in."""

    def call(inputs: tf.Tensor) -> tf.Tensor:
        table = tf.cast(tf.convert_to_tensor(layer.embeddings), layer.compute_dtype)
        return tf.matmul(tf.one_hot(tf.cast(inputs, tf.int32), layer.input_dim, dtype=table.dtype), table)

    return call
