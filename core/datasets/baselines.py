"""Baselines: predictions without a model, learned from the training part alone, that a model has to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.language import N_
from core.metric import metric

if TYPE_CHECKING:
    from core.datasets.split import Split

Task = Literal["classification", "regression", "forecast", "text", "other"]


@dataclass(frozen=True)
class Baseline:
    """A prediction without a model, judged on the validation part by the loss and metric of a model.

    `loss` is the cross-entropy in nats or the mean squared error of the standardized target. `value` is the metric:
    accuracy 0 to 1, R2 at most 1, perplexity at least 1.
    """

    label: str
    metric: str
    value: float
    loss: float

    def is_beaten_by(self, value: float) -> bool:
        """True if a model whose metric is `value` does better."""
        return value < self.value if metric(self.metric).falls else value > self.value


Rule = Callable[["Split"], Baseline]


def strongest(baselines: Sequence[Baseline], by: Literal["loss", "metric"]) -> Baseline | None:
    """The baseline that is hardest to beat, by the quantity that is shown beside it; None if there is none.

    The two can differ: of two classifiers that are right equally often the surer one may have the higher loss. The
    first of equals counts.

    >>> mean, persistence = Baseline("Mean", "R2", 0.0, 1.0), Baseline("Persistence", "R2", -0.1, 1.1)
    >>> strongest([mean, persistence], by="metric").label
    'Mean'
    """
    if by == "loss":
        return min(baselines, key=lambda baseline: baseline.loss, default=None)
    return max(baselines, key=lambda b: -b.value if metric(b.metric).falls else b.value, default=None)


def majority_class(split: Split) -> Baseline:
    """Always the most frequent training class; its loss is that of predicting the training frequencies.

    Frequencies are (count + 1) / (n + classes), so that a class that training never saw costs a finite loss.
    """
    n_classes = _n_classes(split)
    counts = np.bincount(split.y_train, minlength=n_classes)
    share = (counts + 1) / (counts.sum() + n_classes)
    accuracy = np.mean(split.y_val == counts.argmax())
    return Baseline(N_("Majority class"), "accuracy", float(accuracy), float(-np.log(share[split.y_val]).mean()))


def mean_target(split: Split) -> Baseline:
    """Always the training mean. Its R2 is 0 or a little less, because the validation mean differs."""
    return _constant(N_("Mean"), split, float(split.y_train.mean(dtype=np.float64)))


def persistence(split: Split) -> Baseline:
    """No change from the last known value: the target, a change, is predicted to be 0 in its own unit."""
    zero = 0.0 if split.y_scaling is None else split.y_scaling.apply(np.zeros((1, 1))).item()
    return _constant(N_("Persistence"), split, zero)


def _constant(label: str, split: Split, prediction: float) -> Baseline:
    y = split.y_val.astype(np.float64)
    loss = float(np.mean((y - prediction) ** 2))
    return Baseline(label, "R2", r2(loss, float(y.var())), loss)


def r2(squared_error: float, variance: float) -> float:
    """The coefficient of determination, 1 - mean squared error / variance of the targets; 0 if these are constant.

    >>> r2(0.25, 1.0)
    0.75
    """
    return 1 - squared_error / variance if variance else 0.0


def unigram(split: Split) -> Baseline:
    """Each token by its frequency in the training text, (count + 1) / (n + vocabulary). Perplexity exp(loss)."""
    counts = np.bincount(split.y_train.ravel(), minlength=_n_classes(split)) + 1.0
    loss = float(-np.log(counts / counts.sum())[split.y_val].mean())
    return Baseline(N_("Unigram"), "perplexity", float(np.exp(loss)), loss)


def bigram(split: Split) -> Baseline:
    """Each token by the one before it, P(b | a) = (count(a, b) + 1) / (count(a) + vocabulary)."""
    size = _n_classes(split)
    # Only pairs that occur are counted: all that could would be the vocabulary squared.
    pairs, times = np.unique(_pairs(split.x_train, split.y_train, size), return_counts=True)
    asked = _pairs(split.x_val, split.y_val, size)
    place = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    of_pair = np.where(pairs[place] == asked, times[place], 0)
    of_first = np.bincount(split.x_train.ravel(), minlength=size)[split.x_val.ravel()]
    loss = float(-np.log((of_pair + 1) / (of_first + size)).mean())
    return Baseline(N_("Bigram"), "perplexity", float(np.exp(loss)), loss)


def _pairs(x: np.ndarray, y: np.ndarray, size: int) -> np.ndarray:
    """A number for each pair of a token and its successor, int64 (n,)."""
    return x.ravel().astype(np.int64) * size + y.ravel()


def _n_classes(split: Split) -> int:
    # Arrays of a visitor's own may come without names of classes.
    return max(len(split.classes), int(split.y_train.max()) + 1, int(split.y_val.max()) + 1)


# The baselines of a data set that names none of its own.
OF_TASK: dict[Task, tuple[Rule, ...]] = {
    "classification": (majority_class,),
    "regression": (mean_target,),
    "forecast": (mean_target, persistence),
    "text": (unigram, bigram),
    "other": (),
}
