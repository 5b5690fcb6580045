"""The model families: the data each fits, how large it is, and how Keras builds it.

`of_size` chooses width and depth, and `build` makes the model:

>>> from core.models.spec import ModelSpec
>>> spec = MODELS["mlp"].of_size(10_000, ModelSpec(input_shape=(30,), outputs=1))
>>> spec.width, spec.depth, MODELS["mlp"].count(spec)
(85, 2, 10031)

A count function, a build function, the code of what it builds and one entry in the registry at the foot, which
carries all its facts, add a family. Importing this module costs no TensorFlow; building a model does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import log
from typing import TYPE_CHECKING, Literal

from core.datasets.dataset import CSV, Dataset
from core.datasets.registry import DATASETS
from core.language import N_
from core.models import layer_code, parameter_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import keras

    from core.models.spec import ModelSpec

SMALLEST, LARGEST = 100, 30_000_000  # parameters, as far as the size slider goes
CLOSE_ENOUGH = 0.03  # of the wished size; closer is not worth an unusual depth
PROMISED = 0.1  # of the wished size; for that much any depth will do
WIDEST, DEEPEST = 1 << 15, 12


@dataclass(frozen=True, kw_only=True)
class ModelFamily:
    """A family of models with all that the page knows of it.

    Attributes:
        label: its name in menus.
        source: who published it, and when.
        kinds: the kinds of data it reads: "points", "table", "image", "sequence", "text".
        count: the number of parameters of a `ModelSpec`, in closed form.
        build: makes the Keras model of a `ModelSpec` with fresh random weights; imports TensorFlow when called.
        code: the lines of Python that make the same model; none for a person's own.
        settings: the names of the settings that its models have.
        depths: those that a size usually chooses, ascending; empty where the data alone decide the size.
        reads_tokens: its layers begin with an embedding where the data are tokens.
        shows_units: its hidden units can be drawn over a plane of points.
        attention: where its attention looks, if it has any.
    """

    label: str
    source: str
    kinds: tuple[str, ...]
    count: Callable[[ModelSpec], int]
    build: Callable[[ModelSpec], keras.Model]
    code: Callable[[ModelSpec], list[str]] = lambda spec: []
    settings: tuple[str, ...] = ()
    depths: tuple[int, ...] = ()
    reads_tokens: bool = False
    shows_units: bool = False
    attention: Literal["none", "everywhere", "backwards"] = "none"

    def of_size(self, size: int, spec: ModelSpec) -> ModelSpec:
        """`spec` with the width and depth that bring the parameters near to `size`: within 10 %, if any do.

        The depth that suits the size is taken if its best width comes within 3 %, otherwise whichever usual
        depth comes nearest. A unit more or less is a large share of a narrow model: where every usual depth
        is further off than 10 %, any other one that is not will do. Data with many features have a smallest
        size, linear models only one.
        """
        if not self.depths:
            return replace(spec, depth=1)
        usual = self._candidates(self.depths, size, spec)
        nearest = min(usual, key=lambda candidate: self._error(candidate, size))
        if self._error(nearest, size) <= PROMISED:
            return next((c for c in usual if self._error(c, size) <= CLOSE_ENOUGH), nearest)
        unusual = self._candidates(range(1, DEEPEST + 1), size, spec)
        return next((c for c in unusual if self._error(c, size) <= PROMISED), nearest)

    def _candidates(self, depths: Iterable[int], size: int, spec: ModelSpec) -> list[ModelSpec]:
        """`spec` in each of these depths, the one that suits the size first."""
        wished = self._usual_depth(size)
        return [self.of_depth(depth, size, spec) for depth in sorted(depths, key=lambda d: abs(d - wished))]

    def _usual_depth(self, size: int) -> int:
        """Deeper the larger, evenly over the slider's logarithmic range."""
        share = log(max(size, SMALLEST) / SMALLEST) / log(LARGEST / SMALLEST)
        return self.depths[min(int(share * len(self.depths)), len(self.depths) - 1)]

    def of_depth(self, depth: int, size: int, spec: ModelSpec) -> ModelSpec:
        """`spec` of this depth in the width that brings the parameters nearest to `size`."""
        low, high = 1, WIDEST
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._count_of(spec, middle, depth) <= size else (low, middle)
        pair = [replace(spec, width=width, depth=depth) for width in (low, high)]
        return min(pair, key=lambda candidate: self._error(candidate, size))

    def _count_of(self, spec: ModelSpec, width: int, depth: int) -> int:
        return self.count(replace(spec, width=width, depth=depth))

    def _error(self, spec: ModelSpec, size: int) -> float:
        return abs(self.count(spec) / size - 1)


def fits(family: str, dataset: Dataset) -> bool:
    """True if the family called `family` can learn from `dataset`: it reads its kind, and tokens if it has them."""
    model = MODELS[family]
    return dataset.kind in model.kinds and (model.reads_tokens or dataset.vocabulary is None)


def _layers(name: str, **options: object) -> Callable[[ModelSpec], keras.Model]:
    """The builder called `name` in layers.py, with these further arguments; TensorFlow is imported by a call."""

    def build(spec: ModelSpec) -> keras.Model:
        from core.models import layers

        return getattr(layers, name)(spec, **options)

    return build


_VECTORS = ("points", "table")
_ORDERED = ("image", "sequence")
_PENALTIES = ("l1", "l2")
_SHAPE = ("size", "width", "depth", "dropout", *_PENALTIES)

MODELS: dict[str, ModelFamily] = {
    "linear": ModelFamily(
        label=N_("Linear"),
        source="Legendre, 1805; Cox, 1958",
        kinds=(*_VECTORS, *_ORDERED),
        count=parameter_counts.linear,
        build=_layers("linear"),
        code=layer_code.linear,
        settings=_PENALTIES,  # the data alone decide its size
    ),
    "mlp": ModelFamily(
        label=N_("MLP"),
        source="Rumelhart et al., 1986",
        kinds=(*_VECTORS, *_ORDERED),
        count=parameter_counts.mlp,
        build=_layers("mlp"),
        code=layer_code.mlp,
        settings=(*_SHAPE, "activation", "normalization"),
        depths=(1, 2, 3, 4),
        shows_units=True,
    ),
    "cnn": ModelFamily(
        label=N_("CNN"),
        source="LeCun et al., 1998",
        kinds=_ORDERED,
        count=parameter_counts.cnn,
        build=_layers("cnn"),
        code=layer_code.cnn,
        settings=(*_SHAPE, "activation", "normalization"),
        depths=(1, 2, 3, 4),
    ),
    "rnn_simple": ModelFamily(
        label=N_("RNN"),
        source="Elman, 1990",
        kinds=_ORDERED,
        count=partial(parameter_counts.rnn, cell="simple"),
        build=_layers("rnn", cell="simple"),
        code=partial(layer_code.rnn, cell="simple"),
        settings=(*_SHAPE, "activation", "normalization"),
        depths=(1, 2, 3),
        reads_tokens=True,
    ),
    "rnn_lstm": ModelFamily(
        label=N_("LSTM"),
        source="Hochreiter and Schmidhuber, 1997",
        kinds=_ORDERED,
        count=partial(parameter_counts.rnn, cell="lstm"),
        build=_layers("rnn", cell="lstm"),
        code=partial(layer_code.rnn, cell="lstm"),
        settings=(*_SHAPE, "normalization"),
        depths=(1, 2, 3),
        reads_tokens=True,
    ),
    "rnn_gru": ModelFamily(
        label=N_("GRU"),
        source="Cho et al., 2014",
        kinds=_ORDERED,
        count=partial(parameter_counts.rnn, cell="gru"),
        build=_layers("rnn", cell="gru"),
        code=partial(layer_code.rnn, cell="gru"),
        settings=(*_SHAPE, "normalization"),
        depths=(1, 2, 3),
        reads_tokens=True,
    ),
    "transformer": ModelFamily(
        label=N_("Transformer"),
        source="Vaswani et al., 2017",
        kinds=_ORDERED,
        count=parameter_counts.transformer,
        build=_layers("encoder"),
        code=layer_code.encoder,
        settings=(*_SHAPE, "activation"),  # layer normalization is part of it
        depths=(1, 2, 4, 6),
        reads_tokens=True,
        attention="everywhere",
    ),
    "decoder": ModelFamily(
        label=N_("Transformer decoder"),
        source="Radford et al., 2018",
        kinds=("text",),
        count=parameter_counts.transformer,
        build=_layers("decoder"),
        code=layer_code.decoder,
        settings=(*_SHAPE, "activation"),
        depths=(1, 2, 4, 6),
        reads_tokens=True,
        attention="backwards",
    ),
    "rnn_text": ModelFamily(
        label=N_("GRU, next character"),
        source="Cho et al., 2014",
        kinds=("text",),
        count=partial(parameter_counts.rnn, cell="gru"),
        build=_layers("rnn", cell="gru", every_step=True),
        code=partial(layer_code.rnn, cell="gru", every_step=True),
        settings=(*_SHAPE, "normalization"),
        depths=(1, 2, 3),
        reads_tokens=True,
    ),
}


def families_for(problem: str) -> tuple[str, ...]:
    """The names of the model families that can learn from a problem's data, simplest first; () without data."""
    if problem == CSV:
        return tuple(name for name, family in MODELS.items() if "table" in family.kinds)
    dataset = DATASETS.get(problem)
    return tuple(name for name in MODELS if dataset is not None and fits(name, dataset))
