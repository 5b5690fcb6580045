"""The model families: which data each fits, how large it is, and how Keras builds it.

`MODELS["mlp"].of_size(10_000, spec)` chooses width and depth; `MODELS["mlp"].build(spec)` makes the model.
A count function, a build function and one line in the registry at the foot add a family. Importing this
module costs no TensorFlow; building a model does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import log
from typing import TYPE_CHECKING

from core.datasets.dataset import CSV, Dataset
from core.datasets.registry import DATASETS
from core.models import parameter_counts
from core.models.spec import ModelSpec

if TYPE_CHECKING:
    import keras

SMALLEST, LARGEST = 100, 30_000_000  # parameters, as far as the size slider goes
CLOSE_ENOUGH = 0.03  # of the wished size; closer is not worth an unusual depth
PROMISED = 0.1  # of the wished size; for that much any depth will do
WIDEST, DEEPEST = 1 << 15, 12


@dataclass(frozen=True)
class ModelFamily:
    """A family. `kinds` are the kinds of data it reads: "points", "table", "image", "sequence", "text".

    `depths` are those that a size usually chooses, ascending; empty where the data alone decide the size.
    """

    label: str
    source: str
    kinds: tuple[str, ...]
    count: Callable[[ModelSpec], int]
    layers: str  # the function of core.model_layers that builds it
    options: tuple[tuple[str, object], ...] = ()  # its further arguments
    depths: tuple[int, ...] = ()

    def build(self, spec: ModelSpec) -> keras.Model:
        """The Keras model of `spec`, with fresh random weights."""
        from core.models import layers as model_layers

        return getattr(model_layers, self.layers)(spec, **dict(self.options))

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


_READERS_OF_TOKENS = ("rnn", "encoder", "decoder")  # layers that begin with an embedding


def fits(family: str, dataset: Dataset) -> bool:
    """Whether the family called `family` can learn from `dataset`: it reads its kind, and tokens if it has them."""
    model = MODELS[family]
    return dataset.kind in model.kinds and (model.layers in _READERS_OF_TOKENS or dataset.vocabulary is None)


_VECTORS = ("points", "table")
_ORDERED = ("image", "sequence")

MODELS: dict[str, ModelFamily] = {
    "linear": ModelFamily(
        "Linear", "Legendre, 1805; Cox, 1958", (*_VECTORS, *_ORDERED), parameter_counts.linear, "linear"
    ),
    "mlp": ModelFamily(
        "MLP", "Rumelhart et al., 1986", (*_VECTORS, *_ORDERED), parameter_counts.mlp, "mlp", depths=(1, 2, 3, 4)
    ),
    "cnn": ModelFamily("CNN", "LeCun et al., 1998", _ORDERED, parameter_counts.cnn, "cnn", depths=(1, 2, 3, 4)),
    **{
        f"rnn_{cell}": ModelFamily(
            label,
            source,
            _ORDERED,
            partial(parameter_counts.rnn, cell=cell),
            "rnn",
            (("cell", cell),),
            depths=(1, 2, 3),
        )
        for cell, label, source in (
            ("simple", "RNN", "Elman, 1990"),
            ("lstm", "LSTM", "Hochreiter and Schmidhuber, 1997"),
            ("gru", "GRU", "Cho et al., 2014"),
        )
    },
    "transformer": ModelFamily(
        "Transformer", "Vaswani et al., 2017", _ORDERED, parameter_counts.transformer, "encoder", depths=(1, 2, 4, 6)
    ),
    "decoder": ModelFamily(
        "Transformer decoder",
        "Radford et al., 2018",
        ("text",),
        parameter_counts.transformer,
        "decoder",
        depths=(1, 2, 4, 6),
    ),
    "rnn_text": ModelFamily(
        "GRU, next character",
        "Cho et al., 2014",
        ("text",),
        partial(parameter_counts.rnn, cell="gru"),
        "rnn",
        (("cell", "gru"), ("every_step", True)),
        depths=(1, 2, 3),
    ),
}


def families_for(problem: str) -> tuple[str, ...]:
    """The names of the model families that can learn from a problem's data, simplest first; () without data."""
    if problem == CSV:
        return tuple(name for name, family in MODELS.items() if "table" in family.kinds)
    dataset = DATASETS.get(problem)
    return tuple(name for name in MODELS if dataset is not None and fits(name, dataset))
