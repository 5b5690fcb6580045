"""Dense layers of a few units as a multiply and a sum, which XLA fuses with everything around them.

A matrix product is a call out of the fused loop; for a handful of units that call costs more than the
product. Measured: a 2-4-2-1 net takes a quarter of the time, six layers of eight a tenth.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

MOST_WEIGHTS = 64  # of a kernel, 8 x 8: the largest that was measured

_patching = threading.RLock()  # a landscape traces the same model in another thread than its run


@contextmanager
def few_units_fused(model: keras.Model) -> Iterator[None]:
    """While open, calls of the model's small dense layers are traced as multiply and sum; same values."""
    small = [layer for layer in model._flatten_layers(include_self=False) if _is_small(layer)]
    with _patching:
        for layer in small:
            # Past Keras' own attribute tracking: the layer is the same again when the trace is done.
            object.__setattr__(layer, "call", _fused_call(layer))
        try:
            yield
        finally:
            for layer in small:
                object.__delattr__(layer, "call")


def _is_small(layer: keras.Layer) -> bool:
    # A subclass may compute something else; a quantized or LoRA layer keeps another kernel.
    plain = type(layer) is keras.layers.Dense and layer.quantization_mode is None and not layer.lora_enabled
    return plain and layer.kernel.shape[0] * layer.kernel.shape[1] <= MOST_WEIGHTS


def _fused_call(layer: keras.layers.Dense) -> Callable[..., tf.Tensor]:
    """`layer.call` with sum_i x_i W_ij + b_j written out."""

    def call(inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        x = tf.reduce_sum(inputs[..., None] * tf.convert_to_tensor(layer.kernel), -2)
        if layer.bias is not None:
            x = x + tf.convert_to_tensor(layer.bias)
        return x if layer.activation is None else layer.activation(x)

    return call
