r"""The families' models as Python code: the lines of a plain Keras script that make what `layers` makes.

Layers are made in the same order, so that a seed gives the same weights.

>>> from core.models.spec import ModelSpec
>>> print(*mlp(ModelSpec((2,), 1, width=8)), sep="\n")
inputs = keras.Input((2,))
x = inputs
x = keras.layers.Dense(8)(x)
x = keras.layers.Activation('relu')(x)
outputs = keras.layers.Dense(1)(x)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.models.parameter_counts import FEED_FORWARD

if TYPE_CHECKING:
    from core.models.spec import ModelSpec

CELLS = {"simple": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
POSITIONS = """\
class Positions(keras.layers.Layer):
    def build(self, input_shape):
        small = keras.initializers.RandomNormal(stddev=0.02)
        self.vectors = self.add_weight(shape=input_shape[1:], initializer=small)

    def call(self, inputs):
        return inputs + self.vectors

"""


def linear(spec: ModelSpec) -> list[str]:
    """The lines of `layers.linear`."""
    return [*_flat_input(spec), _outputs(spec)]


def mlp(spec: ModelSpec) -> list[str]:
    """The lines of `layers.mlp`."""
    hidden = [_dense(spec, spec.width), *_finish(spec)]
    return [*_flat_input(spec), *_repeated(spec.depth, hidden), _outputs(spec)]


def cnn(spec: ModelSpec) -> list[str]:
    """The lines of `layers.cnn`."""
    side = f"{len(spec.input_shape) - 1}D"
    lines = [_input(spec), "x = inputs"]
    for stage, channels in enumerate(spec.stages()):
        lines.append(_layer(f"Conv{side}", channels, 3, padding="same", **_penalty(spec)))
        lines += _finish(spec)
        if spec.halved_after(stage):
            lines.append(_layer(f"MaxPooling{side}", 2))
    return [*lines, _layer(f"GlobalAveragePooling{side}"), _outputs(spec)]


def rnn(spec: ModelSpec, cell: str, every_step: bool = False) -> list[str]:
    """The lines of `layers.rnn`."""
    lines = [_input(spec)]
    lines.append(_embedded(spec) if spec.vocabulary is not None else _layer("Reshape", spec.steps, of="inputs"))
    own = {"activation": spec.activation} if cell == "simple" else {}
    penalty = {name: value for kind in ("kernel", "recurrent") for name, value in _penalty(spec, kind).items()}
    for left in reversed(range(spec.depth)):
        sequences: dict[str, Any] = {"return_sequences": True} if left > 0 or every_step else {}
        lines.append(_layer(CELLS[cell], spec.width, **sequences, **penalty, **own))
        lines += [*_normalized(spec), *_dropped(spec)]
    return [*lines, _outputs(spec)]


def encoder(spec: ModelSpec) -> list[str]:
    """The lines of `layers.encoder`."""
    return [*_blocks(spec, causal=False), _layer("GlobalAveragePooling1D"), _outputs(spec)]


def decoder(spec: ModelSpec) -> list[str]:
    """The lines of `layers.decoder`, whose last layer is made first."""
    last = f"last = {_call('Dense', spec.outputs, **_penalty(spec))}"
    return [last, *_blocks(spec, causal=True), "outputs = last(x)"]


def _blocks(spec: ModelSpec, causal: bool) -> list[str]:
    attention = _call("MultiHeadAttention", spec.heads, spec.width // spec.heads, **_penalty(spec))
    mask = ", use_causal_mask=True" if causal else ""
    norm = _layer("LayerNormalization", epsilon=1e-6).replace("x = ", "y = ")
    block = [
        f"attend = {attention}", norm, f"y = attend(y, y{mask})", *_onto_y(_dropped(spec)), "x = x + y",
        norm, _dense(spec, FEED_FORWARD * spec.width, spec.activation).replace("x = ", "y = ").replace("(x)", "(y)"),
        *_onto_y([_dense(spec, spec.width), *_dropped(spec)]), "x = x + y",
    ]  # fmt: skip
    lines = [*POSITIONS.splitlines(), *_read(spec), "x = Positions()(x)", *_repeated(spec.depth, block)]
    return [*lines, _layer("LayerNormalization", epsilon=1e-6)]


def _read(spec: ModelSpec) -> list[str]:
    if spec.vocabulary is not None:
        return [_input(spec), _embedded(spec)]
    if len(spec.input_shape) == 3:
        patches = _layer("Conv2D", spec.width, spec.patch, strides=spec.patch, of="inputs")
        return [_input(spec), patches, _layer("Reshape", (-1, spec.width))]
    shaped = _layer("Reshape", spec.steps, of="inputs")
    return [_input(spec), shaped, _dense(spec, spec.width)]


def _input(spec: ModelSpec) -> str:
    tokens = "" if spec.vocabulary is None else ", dtype='int32'"
    return f"inputs = keras.Input({spec.input_shape!r}{tokens})"


def _flat_input(spec: ModelSpec) -> list[str]:
    return [_input(spec), _layer("Flatten", of="inputs") if len(spec.input_shape) > 1 else "x = inputs"]


def _embedded(spec: ModelSpec) -> str:
    return _layer("Embedding", spec.vocabulary, spec.width, of="inputs")


def _outputs(spec: ModelSpec) -> str:
    return _dense(spec, spec.outputs).replace("x = ", "outputs = ")


def _dense(spec: ModelSpec, units: int, activation: str | None = None) -> str:
    own = () if activation is None else (activation,)
    return _layer("Dense", units, *own, **_penalty(spec))


def _finish(spec: ModelSpec) -> list[str]:
    return [*_normalized(spec), _layer("Activation", spec.activation), *_dropped(spec)]


def _normalized(spec: ModelSpec) -> list[str]:
    if spec.normalization == "none":
        return []
    batch = spec.normalization == "batch"
    return [_layer("BatchNormalization") if batch else _layer("LayerNormalization", epsilon=1e-6)]


def _dropped(spec: ModelSpec) -> list[str]:
    return [_layer("Dropout", spec.dropout)] if spec.dropout > 0 else []


def _penalty(spec: ModelSpec, of: str = "kernel") -> dict[str, Any]:
    if not (spec.l1 or spec.l2):
        return {}
    return {f"{of}_regularizer": _Code(f"keras.regularizers.L1L2({spec.l1!r}, {spec.l2!r})")}


class _Code(str):
    """A value that is code already."""

    def __repr__(self) -> str:
        return str(self)


def _layer(name: str, *arguments: Any, of: str = "x", **named: Any) -> str:
    """The line that makes a layer and calls it on the variable `of`."""
    return f"x = {_call(name, *arguments, **named)}({of})"


def _call(name: str, *arguments: Any, **named: Any) -> str:
    said = [*map(repr, arguments), *(f"{key}={value!r}" for key, value in named.items())]
    return f"keras.layers.{name}({', '.join(said)})"


def _onto_y(lines: list[str]) -> list[str]:
    return [line.replace("x = ", "y = ").replace("(x)", "(y)") for line in lines]


def _repeated(times: int, lines: list[str]) -> list[str]:
    """`lines` as often as said, in a loop if that is more than once."""
    if times == 1:
        return lines
    return [f"for _ in range({times}):", *(f"    {line}" for line in lines)]
