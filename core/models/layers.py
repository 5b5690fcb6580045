"""The families' Keras layers. Models end in logits or quantities, without an activation."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import keras
from keras import layers

from core.models.parameter_counts import FEED_FORWARD

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.models.spec import ModelSpec

Tensor: TypeAlias = keras.KerasTensor


class Positions(layers.Layer):
    """The input (batch, time, width) with a learned vector added at each time."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Makes the (time, width) vectors, small at first."""
        self.vectors = self.add_weight(shape=input_shape[1:], initializer=keras.initializers.RandomNormal(stddev=0.02))

    def call(self, inputs: Tensor) -> Tensor:
        """Returns inputs + vectors, (batch, time, width)."""
        return inputs + self.vectors


def linear(spec: ModelSpec) -> keras.Model:
    """A dense layer of all features."""
    inputs = _input(spec)
    return _model("linear", inputs, _dense(spec, spec.outputs)(_flat(inputs)))


def mlp(spec: ModelSpec) -> keras.Model:
    """`depth` dense layers of `width` units."""
    inputs = _input(spec)
    x = _flat(inputs)
    for _ in range(spec.depth):
        x = _finish(spec, _dense(spec, spec.width)(x))
    return _model("mlp", inputs, _dense(spec, spec.outputs)(x))


def cnn(spec: ModelSpec) -> keras.Model:
    """`depth` convolutions of side 3, each halving the picture or sequence while it is large enough."""
    inputs = x = _input(spec)
    flat = len(spec.input_shape) == 2
    convolution, pool = (layers.Conv1D, layers.MaxPooling1D) if flat else (layers.Conv2D, layers.MaxPooling2D)
    for stage, channels in enumerate(spec.stages()):
        kernel = convolution(channels, 3, padding="same", kernel_regularizer=_penalty(spec), dtype=spec.dtype)
        x = _finish(spec, kernel(x))
        if spec.halved_after(stage):
            x = pool(2)(x)
    x = layers.GlobalAveragePooling1D()(x) if flat else layers.GlobalAveragePooling2D()(x)
    return _model("cnn", inputs, _dense(spec, spec.outputs)(x))


def rnn(spec: ModelSpec, cell: str, every_step: bool = False) -> keras.Model:
    """`depth` recurrent layers of `width` units; the last one's last state is read, or that of every step."""
    inputs = _input(spec)
    x = _embedded(spec, inputs) if spec.vocabulary is not None else layers.Reshape(spec.steps)(inputs)
    for left in reversed(range(spec.depth)):
        x = _recurrent(spec, cell, return_sequences=left > 0 or every_step)(x)
        x = _dropped(spec, _normalized(spec, x))
    return _model(f"rnn_{cell}", inputs, _dense(spec, spec.outputs)(x))


def encoder(spec: ModelSpec) -> keras.Model:
    """`depth` transformer blocks over patches, time steps or tokens, averaged at the end."""
    inputs = _input(spec)
    x = layers.GlobalAveragePooling1D()(_blocks(spec, inputs, causal=False))
    return _model("transformer", inputs, _dense(spec, spec.outputs)(x))


def decoder(spec: ModelSpec) -> keras.Model:
    """`depth` causal transformer blocks over tokens: at each position, logits of the next token."""
    inputs = _input(spec)
    return _model("decoder", inputs, _dense(spec, spec.outputs)(_blocks(spec, inputs, causal=True)))


def _blocks(spec: ModelSpec, inputs: Tensor, causal: bool) -> Tensor:
    """Pre-norm blocks (Xiong et al., On layer normalization in the transformer architecture, 2020)."""
    x = Positions(dtype=spec.dtype)(_read(spec, inputs))
    for _ in range(spec.depth):
        x = x + _dropped(spec, _attention(spec, causal)(_layer_norm(spec)(x)))
        hidden = _dense(spec, FEED_FORWARD * spec.width, spec.activation)(_layer_norm(spec)(x))
        x = x + _dropped(spec, _dense(spec, spec.width)(hidden))
    return _layer_norm(spec)(x)


def _attention(spec: ModelSpec, causal: bool) -> Callable[[Tensor], Tensor]:
    attend = layers.MultiHeadAttention(
        spec.heads, spec.width // spec.heads, kernel_regularizer=_penalty(spec), dtype=spec.dtype
    )
    return lambda x: attend(x, x, use_causal_mask=causal)


def _read(spec: ModelSpec, inputs: Tensor) -> Tensor:
    """The input as (time, width)."""
    if spec.vocabulary is not None:
        return _embedded(spec, inputs)
    if len(spec.input_shape) == 3:
        patches = layers.Conv2D(spec.width, spec.patch, strides=spec.patch, dtype=spec.dtype)(inputs)
        return layers.Reshape((-1, spec.width))(patches)
    return _dense(spec, spec.width)(layers.Reshape(spec.steps)(inputs))


def _recurrent(spec: ModelSpec, cell: str, return_sequences: bool) -> layers.Layer:
    if cell == "simple":  # gated cells keep their tanh, on which their gates rely
        kind = layers.SimpleRNN
        own = {"activation": spec.activation}
    else:
        kind, own = {"lstm": layers.LSTM, "gru": layers.GRU}[cell], {}
    return kind(
        spec.width,
        return_sequences=return_sequences,
        kernel_regularizer=_penalty(spec),
        recurrent_regularizer=_penalty(spec),
        dtype=spec.dtype,
        **own,
    )


def _input(spec: ModelSpec) -> Tensor:
    return keras.Input(spec.input_shape, dtype=spec.dtype if spec.vocabulary is None else "int32")


def _embedded(spec: ModelSpec, inputs: Tensor) -> Tensor:
    return layers.Embedding(spec.vocabulary, spec.width, dtype=spec.dtype)(inputs)


def _flat(x: Tensor) -> Tensor:
    return layers.Flatten()(x) if len(x.shape) > 2 else x


def _dense(spec: ModelSpec, units: int, activation: str | None = None) -> layers.Dense:
    return layers.Dense(units, activation, kernel_regularizer=_penalty(spec), dtype=spec.dtype)


def _finish(spec: ModelSpec, x: Tensor) -> Tensor:
    """Normalization, activation and dropout of a hidden layer's output `x`."""
    return _dropped(spec, layers.Activation(spec.activation, dtype=spec.dtype)(_normalized(spec, x)))


def _normalized(spec: ModelSpec, x: Tensor) -> Tensor:
    if spec.normalization == "none":
        return x
    return (layers.BatchNormalization(dtype=spec.dtype) if spec.normalization == "batch" else _layer_norm(spec))(x)


def _layer_norm(spec: ModelSpec) -> layers.LayerNormalization:
    return layers.LayerNormalization(epsilon=1e-6, dtype=spec.dtype)


def _dropped(spec: ModelSpec, x: Tensor) -> Tensor:
    return layers.Dropout(spec.dropout, dtype=spec.dtype)(x) if spec.dropout > 0 else x


def _penalty(spec: ModelSpec) -> keras.regularizers.Regularizer | None:
    return keras.regularizers.L1L2(spec.l1, spec.l2) if spec.l1 or spec.l2 else None


def _model(name: str, inputs: Tensor, outputs: Tensor) -> keras.Model:
    return keras.Model(inputs, outputs, name=name)
