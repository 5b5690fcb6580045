"""Layers that are slow in a compiled loop are traced as operations that XLA fuses, with the same values.

While the context is open, methods of the model's own layers are replaced by those of core.learning.fused_calls.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import keras

from core.learning.fused_calls import attention, dense, projection
from core.learning.fused_gru import gru

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUSED_CALLS = {
    keras.layers.Dense: ("call", dense),
    keras.layers.EinsumDense: ("call", projection),
    keras.layers.MultiHeadAttention: ("_compute_attention", attention),
    keras.layers.GRU: ("inner_loop", gru),
}

_patching = threading.RLock()  # a probe or landscape traces the same model in another thread than its run


@contextmanager
def fused(model: keras.Model) -> Iterator[None]:
    """While open, calls of the layers in FUSED_CALLS are traced in their faster form."""
    found = [patch for layer in model._flatten_layers(include_self=False) if (patch := _patch(layer))]
    with _patching:
        for layer, name, call in found:
            # Past Keras' own attribute tracking: the layer is the same again when the trace is done.
            object.__setattr__(layer, name, call)
        try:
            yield
        finally:
            for layer, name, _ in found:
                object.__delattr__(layer, name)


def _patch(layer: keras.Layer) -> tuple[keras.Layer, str, Callable] | None:
    """The layer, the method's name and the function that replaces it; None if there is nothing faster."""
    name, make = FUSED_CALLS.get(type(layer), ("", None))  # a subclass may compute something else
    # A quantized or LoRA layer keeps another kernel.
    if make is None or layer.quantization_mode or getattr(layer, "lora_enabled", False):
        return None
    call = make(layer)
    return call and (layer, name, call)
