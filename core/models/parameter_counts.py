"""Parameter counts in closed form: no model is built to choose its size.

Batch-norm averages are counted, as Keras' `count_params` does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.models.spec import ModelSpec

RNN_GATES = {"simple": 1, "lstm": 4, "gru": 3}
NORM_NUMBERS = {"none": 0, "batch": 4, "layer": 2}  # a unit: scale and shift, and two averages
FEED_FORWARD = 4  # hidden units of a transformer block, in model dimensions


def linear(spec: ModelSpec) -> int:
    """Returns (features + 1) outputs: a weight for every feature, and a bias, for each output."""
    return (spec.features + 1) * spec.outputs


def mlp(spec: ModelSpec) -> int:
    """Returns sum (n_in + 1) n_out over the layers, and the normalization of the hidden ones."""
    sizes = [spec.features, *[spec.width] * spec.depth, spec.outputs]
    return sum((a + 1) * b for a, b in pairwise(sizes)) + spec.depth * _norm(spec, spec.width)


def cnn(spec: ModelSpec) -> int:
    """Returns sum (3^d c_in + 1) c_out over the stages of d-dimensional convolutions, and the dense layer."""
    kernel = 3 ** (len(spec.input_shape) - 1)
    channels = [spec.input_shape[-1], *spec.stages()]
    convolutions = sum((kernel * a + 1) * b + _norm(spec, b) for a, b in pairwise(channels))
    return convolutions + (channels[-1] + 1) * spec.outputs


def rnn(spec: ModelSpec, cell: str) -> int:
    """Returns gates (n_in + width + biases) width for each layer, the dense layer, and the embedding of tokens."""
    biases = 2 if cell == "gru" else 1  # Keras' GRU has one for each product
    w, channels = spec.width, [spec.steps[1], *[spec.width] * (spec.depth - 1)]
    layers = sum(RNN_GATES[cell] * (c + w + biases) * w + _norm(spec, w) for c in channels)
    return _embedding(spec) + layers + (w + 1) * spec.outputs


def transformer(spec: ModelSpec) -> int:
    """Returns 12 w^2 + 13 w for each block, the input's projection, the positions, the last norm, the dense layer."""
    w = spec.width
    attention, feed_forward = 4 * (w + 1) * w, (2 * FEED_FORWARD * w + FEED_FORWARD + 1) * w
    block = attention + feed_forward + 2 * NORM_NUMBERS["layer"] * w
    return _read(spec) + spec.depth * block + NORM_NUMBERS["layer"] * w + (w + 1) * spec.outputs


def _read(spec: ModelSpec) -> int:
    """The projection of patches, channels or tokens to the width, and the learned positions."""
    if len(spec.input_shape) == 3:
        height, width, channels = spec.input_shape
        patches = (height // spec.patch) * (width // spec.patch)
        return (spec.patch**2 * channels + 1) * spec.width + patches * spec.width
    time, channels = spec.steps
    projection = _embedding(spec) if spec.vocabulary is not None else (channels + 1) * spec.width
    return projection + time * spec.width


def _embedding(spec: ModelSpec) -> int:
    return (spec.vocabulary or 0) * spec.width


def _norm(spec: ModelSpec, units: int) -> int:
    return NORM_NUMBERS[spec.normalization] * units
