"""A model's cost, known before it is trained: parameters, layers, operations, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class LayerCard:
    """A layer: its name and kind, the shape of its output without the batch axis, its parameters."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    flops: int


@dataclass(frozen=True)
class ModelCard:
    """A model in numbers.

    `flops` are the floating-point operations of one example's forward pass, a multiply and an add counting
    as two, of the matrix products and convolutions alone: what is done number by number (biases,
    activations, normalization) is left out. `weight_bytes` is what the weights take.
    """

    parameters: int
    layers: tuple[LayerCard, ...]
    flops: int
    weight_bytes: int

    @classmethod
    def of(cls, model: keras.Model) -> ModelCard:
        """The card of a built model."""
        cards = tuple(
            LayerCard(
                layer.name,
                type(layer).__name__,
                tuple(layer.output.shape[1:]),
                layer.count_params(),
                layer_flops(layer),
            )
            for layer in model.layers
        )
        weight_bytes = sum(prod(w.shape) * _item_bytes(w.dtype) for w in model.weights)
        return cls(model.count_params(), cards, sum(card.flops for card in cards), weight_bytes)

    def training_bytes(self, moments: int) -> int:
        """Bytes of weights, gradient and an optimizer's `moments` numbers a weight, without activations."""
        return (2 + moments) * self.weight_bytes


def layer_flops(layer: keras.Layer) -> int:
    """The operations of one example's pass through a layer; 0 for a layer without a matrix product."""
    kind = type(layer).__name__
    if kind in ("Dense", "Conv1D", "Conv2D"):
        positions = prod(layer.output.shape[1:-1])
        return 2 * prod(layer.kernel.shape) * positions
    if kind in ("SimpleRNN", "LSTM", "GRU"):
        weights = prod(layer.cell.kernel.shape) + prod(layer.cell.recurrent_kernel.shape)
        return 2 * weights * layer.input.shape[1]
    if kind == "MultiHeadAttention":
        return _attention_flops(layer)
    return 0


def _attention_flops(layer: keras.layers.MultiHeadAttention) -> int:
    """Four projections at each of T positions, and two products of T x T for each head."""
    time = layer.output.shape[1]
    projections = sum(prod(weight.shape) for weight in layer.weights if "kernel" in weight.name)
    return 2 * projections * time + 2 * 2 * time * time * layer.num_heads * layer.key_dim


def _item_bytes(dtype: str) -> int:
    return int("".join(c for c in dtype if c.isdigit())) // 8
