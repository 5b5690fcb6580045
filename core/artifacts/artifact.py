"""An artifact: one compressed form of a trained model, with what was measured of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from core.artifacts.comparison import Difference, Share, confusion
from core.artifacts.quantity import ErrorChange, Explained
from core.learning.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.artifacts.change import Step

BESIDE = "beside"  # extra: what was measured of another model that a race has run against
CLASSES = Answers("classes")  # how the page's own models of classes are read


@dataclass(frozen=True)
class Latency:
    """Seconds of one call, measured alone on one core, warm.

    Attributes:
        batch: Examples in the call.
        median: The 50th percentile.
        p95: The 95th percentile; None where too few calls were made to know it.
        calls: How many were measured.
    """

    batch: int
    median: float
    p95: float | None
    calls: int


@dataclass(frozen=True)
class Sizes:
    """What a model takes.

    Attributes:
        dense: Bytes of its file.
        compressed: Bytes of the file through gzip.
        parameters: How many numbers it has learned.
        non_zeros: How many of these are not zero.
    """

    dense: int
    compressed: int
    parameters: int
    non_zeros: int


@dataclass(frozen=True)
class Measured:
    """What was measured of an artifact on the held-out examples.

    Attributes:
        sizes: What it takes.
        answers: The class that it answers for each held-out example, or each place of a text, int16; a quantity
            that it predicts in its own unit, float64.
        truths: The true classes, or quantities.
        classes: How many classes there are; 0 for a quantity.
        original: What the original answers.
        latency: By batch size.
        memory: Bytes that the program grew by when it loaded the model and answered one example.
        changed_layers: The names of the layers whose numbers or form are others than the original's.
        all_layers: How many layers with parameters the original has.
        notes: Sentences on how it was made.
        resident: All bytes that the program had with `memory`, the runtime and the interpreter among them.
        shifted: Some examples on which it changed its mind: (row, input array), newest inputs first.
        reading: How its outputs are read.
    """

    sizes: Sizes
    answers: np.ndarray
    truths: np.ndarray
    classes: int
    original: np.ndarray
    latency: Mapping[int, Latency]
    memory: int | None
    changed_layers: tuple[str, ...]
    all_layers: int
    notes: tuple[str, ...] = ()
    resident: int | None = None
    shifted: tuple[tuple[int, np.ndarray], ...] = ()
    reading: Answers = CLASSES

    @property
    def is_quantity(self) -> bool:
        """True if it predicts a quantity, which is not right or wrong."""
        return self.classes == 0

    @cached_property
    def quality(self) -> Share | Explained:
        """Its right answers of all; of a quantity the share of the variance that it explains."""
        return Explained.of(self.answers, self.truths) if self.is_quantity else self.accuracy

    @cached_property
    def error_change(self) -> ErrorChange:
        """By how much the squared error of a quantity is larger than the original's."""
        return ErrorChange.between(self.original, self.answers, self.truths)

    def score(self, metric: str) -> float:
        """What "accuracy" says of its answers; of a quantity "R2", or "MAE", the mean of |y - p| in its own unit."""
        if metric == "MAE":
            return float(np.abs(np.asarray(self.answers, float) - np.asarray(self.truths, float)).mean())
        return self.quality.value

    @property
    def accuracy(self) -> Share:
        """Its right answers of all."""
        return Share(int((self.answers == self.truths).sum()), self.truths.size)

    @property
    def difference(self) -> Difference:
        """How its answers differ from the original's."""
        return Difference.between(self.original, self.answers, self.truths)

    @property
    def confusion(self) -> np.ndarray:
        """True classes by answers, int64 (classes, classes)."""
        return confusion(self.truths.astype(np.int64), self.answers.astype(np.int64), self.classes)


@dataclass(frozen=True)
class Artifact:
    """One compressed form of a trained model.

    Attributes:
        number: Counts the artifacts of a page; 0 is the original in its file format.
        steps: The changes that made it, in order.
        subject: What the model was, in words.
        file: The path of the LiteRT file; "" until it is made.
        keras_file: The path of the Keras model before quantization; "" where there is none.
        state: "waiting", "working", "made", "failed" or "cancelled".
        progress: 0 to 1 while it is made.
        doing: What is being done, in words.
        measured: None until it is made.
        error: One sentence where it failed.
        fault: The traceback behind the sentence, for a log; "" where the sentence says all.
        starred: A person wants to keep it.
        run: What the kept run is called that it was made of; "" for the run of the page.
        training_seconds: How long its subject had played when it was ordered; None where that is not known.
        training_cpu: How many core seconds its subject's engine had computed by then; None where that is not known.
        making_cpu: How many core seconds its changes took; writing and measuring are not among them.
        extra: Numbers of a change that a chart draws, such as what a training went through.
    """

    number: int
    steps: tuple[Step, ...]
    subject: str
    file: str = ""
    keras_file: str = ""
    state: str = "waiting"
    progress: float = 0.0
    doing: str = ""
    measured: Measured | None = None
    error: str = ""
    fault: str = ""
    starred: bool = False
    run: str = ""
    training_seconds: float | None = None
    training_cpu: float | None = None
    making_cpu: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """True if nothing more will come."""
        return self.state not in ("waiting", "working")

    def with_state(self, state: str, **more: Any) -> Artifact:
        """This artifact in another state."""
        return replace(self, state=state, **more)
