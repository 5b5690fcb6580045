"""A model's cost, known before it is trained: parameters, layers, operations, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class LayerCard:
    """A layer: its name and kind, the shape of its output without the batch axis, its parameters.

    An axis of the shape is None where its size varies; shape and `flops` are None where the layer does not say.
    """

    name: str
    kind: str
    shape: Shape | None
    parameters: int
    flops: int | None


@dataclass(frozen=True)
class ModelCard:
    """A model in numbers.

    `flops` are the floating-point operations of one example's forward pass, a multiply and an add counting
    as two, of the matrix products and convolutions alone: what is done number by number (biases,
    activations, normalization) is left out. It is None where a layer does not say. `weight_bytes` is what the
    weights take.
    """

    parameters: int
    layers: tuple[LayerCard, ...]
    flops: int | None
    weight_bytes: int

    @classmethod
    def of(cls, model: keras.Model) -> ModelCard:
        """The card of a built model."""
        cards = tuple(_layer_card(layer) for layer in model.layers)
        flops = [card.flops for card in cards]
        known = None if None in flops else sum(count for count in flops if count is not None)
        weight_bytes = sum(prod(w.shape) * _item_bytes(w.dtype) for w in model.weights)
        return cls(model.count_params(), cards, known, weight_bytes)

    def training_bytes(self, moments: int) -> int:
        """Bytes of weights, gradient and an optimizer's `moments` numbers a weight, without activations."""
        return (2 + moments) * self.weight_bytes


def _layer_card(layer: keras.Layer) -> LayerCard:
    parameters = layer.count_params() if layer.built else 0
    return LayerCard(layer.name, type(layer).__name__, _output_shape(layer), parameters, layer_flops(layer))


def _output_shape(layer: keras.Layer) -> Shape | None:
    """The shape of the layer's first output; None for a layer of a subclassed model, which was never connected."""
    output = _tensor(layer, "output")
    return None if output is None else tuple(output.shape[1:])


def _tensor(layer: keras.Layer, name: str) -> Any:
    """The layer's first symbolic `input` or `output`; None where it has none, or several of different calls."""
    try:
        tensors = getattr(layer, name)
    except (AttributeError, ValueError):
        return None
    while isinstance(tensors, list | tuple | dict):
        tensors = next(iter(tensors.values() if isinstance(tensors, dict) else tensors), None)
    return tensors


def layer_flops(layer: keras.Layer) -> int | None:
    """The operations of one example's pass through a layer; 0 for a layer without a matrix product.

    It is None where the sizes are not known.
    """
    if hasattr(layer, "layers"):  # a model within the model
        inner = [layer_flops(each) for each in layer.layers]
        return None if None in inner else sum(count for count in inner if count is not None)
    count = FLOPS.get(type(layer).__name__)
    if count is None:
        return 0
    shapes = [_tensor(layer, name) for name in ("input", "output")]
    if any(tensor is None or None in tensor.shape[1:] for tensor in shapes):
        return None
    return count(layer)


def _product_flops(layer: Any) -> int:
    """A product with the kernel at each position of the output."""
    return 2 * prod(layer.kernel.shape) * prod(layer.output.shape[1:-1])


def _recurrent_flops(layer: Any) -> int:
    weights = prod(layer.cell.kernel.shape) + prod(layer.cell.recurrent_kernel.shape)
    return 2 * weights * _tensor(layer, "input").shape[1]


def _attention_flops(layer: Any) -> int:
    """Four projections at each of T positions, and two products of T x T for each head."""
    time = _tensor(layer, "output").shape[1]
    projections = sum(prod(weight.shape) for weight in layer.weights if "kernel" in weight.name)
    return 2 * projections * time + 2 * 2 * time * time * layer.num_heads * layer.key_dim


FLOPS = {
    "Dense": _product_flops,
    "Conv1D": _product_flops,
    "Conv2D": _product_flops,
    "SimpleRNN": _recurrent_flops,
    "LSTM": _recurrent_flops,
    "GRU": _recurrent_flops,
    "MultiHeadAttention": _attention_flops,
}


def _item_bytes(dtype: str) -> int:
    return int("".join(c for c in dtype if c.isdigit())) // 8
