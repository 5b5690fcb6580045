"""A Keras model rewritten so that plain Keras, or a runtime without loops, can hold it; the answers stay the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from core.datasets.split import LARGEST_SCALED
from core.formats.portable_names import INPUTS
from core.models.layers import Positions

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.datasets.split import Scaling


def portable(model: keras.Model) -> keras.Model:
    """A copy of `model` made of Keras' own layers alone: learned positions become the bias of an identity map.

    A product with the identity changes no number, so the answers are the same to the bit.
    """
    return _cloned(model, _without_positions)


def unrolled(model: keras.Model) -> keras.Model:
    """A copy of `model` whose recurrent layers are written out step by step: LiteRT and OpenVINO have no loop."""
    return _cloned(model, _unrolled)


def with_input(model: keras.Model, x: np.ndarray) -> keras.Model:
    """`model` if it says what it reads, else a functional model around it that reads arrays such as `x` (n, ...)."""
    if getattr(model, "inputs", None):
        return model
    inputs = keras.Input(x.shape[1:], dtype="float32" if x.dtype.kind == "f" else x.dtype.name)
    return keras.Model(inputs, model(inputs), name=model.name)


def is_recurrent(model: keras.layers.Layer) -> bool:
    """True if `model`, or a layer in it, goes through its input step by step."""
    return any(isinstance(layer, keras.layers.RNN) for layer in model._flatten_layers())


def with_scaling(
    model: keras.Model, x_scaling: Scaling | None, y_scaling: Scaling | None, may_miss: bool = False
) -> keras.Model:
    """`model` reading inputs, and answering quantities, in the units of their source.

    Inputs x become (x - mean) / spread, at most 1e6 either way, as `Scaling.apply` has it; answers z become
    z * spread + mean. The one input is called "inputs".

    Args:
        model: Of one input and one output.
        x_scaling: The scaling of the inputs; None where they are tokens or were not scaled.
        y_scaling: The scaling of a quantity that is predicted; None for classes.
        may_miss: Inputs may be nan, which stands for the mean.
    """
    source = model.inputs[0]
    inputs = keras.Input(source.shape[1:], dtype=source.dtype, name=INPUTS)
    outputs = model(_standardized(inputs, x_scaling, may_miss))
    if y_scaling is not None:
        scale, offset = (float(np.ravel(part)[0]) for part in (y_scaling.spread, y_scaling.mean))
        outputs = keras.layers.Rescaling(scale, offset)(outputs)
    return keras.Model(inputs, outputs, name=model.name)


def _standardized(x: keras.KerasTensor, scaling: Scaling | None, may_miss: bool) -> keras.KerasTensor:
    if scaling is None:
        return x
    # In two steps, for x / spread - mean / spread would cancel; and not by Normalization, whose numbers a graph cannot
    # hold: they became further inputs of an ONNX file.
    x = keras.layers.Rescaling(1.0, (-np.ravel(scaling.mean)).tolist())(x)
    x = keras.layers.Rescaling((1 / np.ravel(scaling.spread)).tolist())(x)
    if may_miss:
        x = keras.ops.where(keras.ops.isnan(x), 0.0, x)
        x = keras.ops.clip(x, -LARGEST_SCALED, LARGEST_SCALED)
    return x


def _cloned(model: keras.Model, change: Callable[[keras.layers.Layer], keras.layers.Layer]) -> keras.Model:
    """A copy of `model` with its weights, each layer remade by `change`."""
    copy = keras.models.clone_model(model, clone_function=change, recursive=True)
    for old, new in zip(_own_layers(model), _own_layers(copy), strict=True):
        more = [np.eye(old.vectors.shape[1])] if isinstance(old, Positions) and type(new) is not Positions else []
        new.set_weights([*more, *old.get_weights()])
    return copy


def _own_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers of `model`, those of models in it among them, but not what a layer is made of."""
    return [
        inner for layer in model.layers for inner in (_own_layers(layer) if isinstance(layer, keras.Model) else [layer])
    ]


def _without_positions(layer: keras.layers.Layer) -> keras.layers.Layer:
    if not isinstance(layer, Positions):
        return layer.__class__.from_config(layer.get_config())
    steps, width = layer.vectors.shape
    return keras.layers.EinsumDense(
        "btd,de->bte", output_shape=(steps, width), bias_axes="te", dtype=layer.dtype_policy, name=layer.name
    )


def _unrolled(layer: keras.layers.Layer) -> keras.layers.Layer:
    return layer.__class__.from_config(_step_by_step(layer.get_config()))


def _step_by_step(config: dict[str, Any]) -> dict[str, Any]:
    """The `config` of a layer, and of those that it wraps, without loops."""
    return {
        name: True if name == "unroll" else _step_by_step(value) if isinstance(value, dict) else value
        for name, value in config.items()
    }
