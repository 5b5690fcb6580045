"""The changes that make a model smaller: what each is called, what it takes, and in which order they may come."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.field import ConfigError, Field
from core.language import N_, _, pgettext, shown
from core.models.family import LARGEST, MODELS, SMALLEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.field import Value

DYNAMIC, STATIC, INT4, FLOAT16 = "int8", "int8-static", "int4", "float16"  # formats of quantization in LiteRT
ONNX_FLOAT, ONNX_DYNAMIC, ONNX_STATIC = "onnx", "onnx-int8", "onnx-int8-static"  # and in ONNX
ONNX_INT4, ONNX_FLOAT16 = "onnx-int4", "onnx-float16"
CALIBRATED = (STATIC, ONNX_STATIC)
GRADUAL, AT_ONCE = "gradual", "at-once"
WHOLE, BY_LAYER = "whole", "layer"
SAME = "same"
MOST_STEPS = 6  # of one artifact

SPARSITY = Field("sparsity", N_("Share removed"), 0.8, "float", 0.0, 0.99,
    help=N_("The share of the weights that are set to zero, or of the parameters that go with units."))  # fmt: skip
WHEN = Field("when", N_("When"), GRADUAL, "choice",
    options=((pgettext("pruning", "Gradually"), GRADUAL), (pgettext("pruning", "At once"), AT_ONCE)),
    help=N_("Along the cubic schedule while the fine-tuning goes on, or all before it."))  # fmt: skip
SCOPE = Field("scope", N_("Smallest of"), WHOLE, "choice",
    options=((N_("The whole model"), WHOLE), (N_("Each layer"), BY_LAYER)),
    help=N_("Whether weights are compared over the whole model, or each layer loses the same share."))  # fmt: skip


def _updates(default: int) -> Field:
    return Field("updates", N_("Fine-tuning updates"), default, "int", 0, 100_000, scale="log",
        help=N_("How many updates of Adam with batches of 32 follow on the training data."))  # fmt: skip


@dataclass(frozen=True)
class ChangeKind:
    """A kind of change.

    Attributes:
        label: Its name in menus.
        about: What it does, in a sentence.
        fields: Its settings.
        live: The names of those that may change while it works.
        is_format: It changes the file and not the model, so that nothing can follow it.
    """

    label: str
    about: str
    fields: tuple[Field, ...] = ()
    live: tuple[str, ...] = ()
    is_format: bool = False


CHANGES: dict[str, ChangeKind] = {
    "distill": ChangeKind(
        N_("Distil"),
        N_("A smaller model learns from this one's answers; nothing of the old weights stays."),
        (
            Field("size", N_("Student's parameters"), 10_000, "int", SMALLEST, LARGEST, scale="log",
                help=N_("About how many parameters the student has.")),
            Field("family", N_("Student"), SAME, "choice",
                options=((N_("Same family"), SAME), *((family.label, name) for name, family in MODELS.items())),
                help=N_("The family of the student.")),
            Field("temperature", N_("Temperature"), 3.0, "float", 0.5, 20,
                help=N_("How much the teacher's answers are softened; at 1 they are its probabilities.")),
            Field("mix", N_("Weight of the teacher"), 0.7, "float", 0, 1,
                help=N_("0 learns from the classes alone, 1 from the teacher's answers alone.")),
            Field("unseen", N_("Class left out"), None, "int", 0, 1000, empty=N_("none"),
                help=N_("The number of a class, from 0, of which the student sees no example.")),
            Field("shrink", N_("Pictures made smaller"), 1, "int", 1, 4, unit=N_("times"),
                help=N_("The student sees the means of squares of so many pixels a side; 1 leaves them as they are.")),
            _updates(1500),
        ),
        live=("temperature", "mix"),
    ),
    "prune": ChangeKind(
        N_("Prune weights"),
        N_("Sets the smallest weights to zero. The file stays as large and as fast; through gzip it is smaller."),
        (SPARSITY, WHEN, SCOPE, _updates(600)),
        live=("sparsity",),
    ),
    "train_pruned": ChangeKind(
        N_("Train and prune"),
        N_("Trains anew as this run was trained, and sets weights to zero on the way along the cubic schedule."),
        (
            SPARSITY,
            Field("updates", N_("Updates"), 1000, "int", 1, 1_000_000, scale="log",
                help=N_("How many updates of the run's own optimizer are made, from its own start.")),
        ),
        live=("sparsity",),
    ),
    "race": ChangeKind(
        N_("Race: large with zeros, small without"),
        N_("Trains this model anew with zeros, and a small one of as many gzipped bytes without: which is better?"),
        (
            SPARSITY,
            Field("pairs", N_("Pairs"), 3, "int", 1, 20,
                help=N_("How many times both are trained, each time with another seed and split of the data.")),
            Field("updates", N_("Updates"), 1000, "int", 1, 1_000_000, scale="log",
                help=N_("How many updates of the run's own optimizer are made, from its own start.")),
        ),
    ),
    "prune_to": ChangeKind(
        N_("As small as possible"),
        N_("Prunes each layer as far as the accuracy allows: layers that lose most are given back first."),
        (
            Field("points", N_("Points it may lose"), 1.0, "float", 0, 50,
                help=N_("How many in a hundred more may be wrong, of training examples held back from tuning.")),
            _updates(200),
        ),
    ),
    "prune_units": ChangeKind(
        N_("Prune units"),
        N_("Removes whole units and channels, so that the model is really smaller and faster."),
        (SPARSITY, WHEN, _updates(600)),
    ),
    "low_rank": ChangeKind(
        N_("Low rank"),
        N_("Takes each dense layer apart into two thinner ones, where that takes fewer numbers."),
        (
            Field("rank", N_("Rank"), 8, "int", 1, 4096, scale="log",
                help=N_("How many singular values of each layer are kept.")),
            _updates(200),
        ),
    ),
    "inputs": ChangeKind(
        N_("Coarser inputs"),
        N_("Rounds each input to a few bits, as a cheaper sensor or a smaller message would."),
        (
            Field("bits", N_("Bits of an input"), 4, "int", 1, 16, help=N_("2 to this power values are left.")),
            _updates(0),
        ),
    ),
    "quantization_aware": ChangeKind(
        N_("Train for quantization"),
        N_("Fine-tunes with weights that are rounded in each call, so that rounding them later costs less."),
        (
            Field("weight_bits", N_("Bits of a weight"), 8, "int", 2, 8,
                help=N_("To how many bits the weights are rounded, by output channel.")),
            _updates(300),
        ),
    ),
    "quantize": ChangeKind(
        N_("Quantize"),
        N_("Writes the weights with fewer bits."),
        (
            Field("scheme", N_("Numbers"), DYNAMIC, "choice", options=(
                (N_("int8, dynamic"), DYNAMIC), (N_("int8, calibrated"), STATIC),
                (N_("int4, weights only"), INT4), (N_("float16, weights only"), FLOAT16),
                (N_("ONNX, int8, dynamic"), ONNX_DYNAMIC), (N_("ONNX, int8, calibrated"), ONNX_STATIC),
                (N_("ONNX, int4, weights only"), ONNX_INT4), (N_("ONNX, float16, weights only"), ONNX_FLOAT16),
                (N_("ONNX, float32"), ONNX_FLOAT)),
                help=N_("Dynamic rounds weights ahead and inputs of layers as they come; calibrated rounds all.")),
            Field("examples", N_("Calibration examples"), 100, "int", 1, 1000, scale="log",
                help=N_("Training examples by which the calibrated form learns how large its numbers become.")),
        ),
        is_format=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One change with its settings, as they were parsed."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, raw: Mapping[str, object]) -> Step:
        """The step of these raw settings; those that are missing have their defaults. Raises ConfigError."""
        kind = CHANGES[name]
        return cls(name, {each.name: each.parse(raw.get(each.name, each.default)) for each in kind.fields})

    @property
    def kind(self) -> ChangeKind:
        """What is known of its kind."""
        return CHANGES[self.name]

    def number(self, name: str) -> float:
        """The setting `name`, which is a number."""
        value = self.values[name]
        assert isinstance(value, int | float)
        return value

    def whole(self, name: str) -> int:
        """The setting `name`, which is a whole number."""
        return int(self.number(name))

    def choice(self, name: str) -> str:
        """The setting `name`, which is one of several."""
        return str(self.values[name])


def steps_of(asked: Sequence[tuple[str, Mapping[str, object]]]) -> tuple[Step, ...]:
    """The steps that were asked for, in their order.

    Raises:
        ConfigError: A setting is refused, or the order is one in which they cannot be made.
    """
    if len(asked) > MOST_STEPS:
        raise ConfigError(_("At most {count} changes make one artifact.", count=MOST_STEPS))
    steps = tuple(Step.of(name, raw) for name, raw in asked)
    for before, after in itertools.pairwise(steps):
        if before.kind.is_format:
            raise ConfigError(
                _(
                    "“{first}” comes last: “{second}” cannot follow it.",
                    first=before.kind.label,
                    second=after.kind.label,
                )
            )
    if any(step.name == "distill" for step in steps[1:]):
        raise ConfigError(_("“{first}” comes first: it begins a new model.", first=shown(CHANGES["distill"].label)))
    return steps
