"""What a model has to beat: predictions that need no model, learned from the training part alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.datasets.split import Split

Task = Literal["classification", "regression", "forecast", "text"]


@dataclass(frozen=True)
class Baseline:
    """A prediction without a model, judged on the validation part by the loss and metric of a model.

    `loss` is the cross-entropy in nats or the mean squared error of the standardized target.
    """

    label: str
    metric: Literal["accuracy", "R2", "perplexity"]
    value: float
    loss: float


def baselines(split: Split, task: Task) -> tuple[Baseline, ...]:
    """The baselines of a task, the weakest first."""
    if task == "classification":
        return (majority_class(split),)
    if task == "text":
        return (unigram(split), bigram(split))
    return (mean_target(split),) if task == "regression" else (mean_target(split), persistence(split))


def majority_class(split: Split) -> Baseline:
    """Always the most frequent training class; its loss is that of predicting the training frequencies.

    Frequencies are (count + 1) / (n + classes), so that a class that training never saw costs a finite loss.
    """
    n_classes = _n_classes(split)
    counts = np.bincount(split.y_train, minlength=n_classes)
    share = (counts + 1) / (counts.sum() + n_classes)
    accuracy = np.mean(split.y_val == counts.argmax())
    return Baseline("Majority class", "accuracy", float(accuracy), float(-np.log(share[split.y_val]).mean()))


def mean_target(split: Split) -> Baseline:
    """Always the training mean. Its R2 is 0 or a little less, because the validation mean differs."""
    return _constant("Mean", split, float(split.y_train.mean(dtype=np.float64)))


def persistence(split: Split) -> Baseline:
    """No change from the last known value: the target, a change, is predicted to be 0 in its own unit."""
    zero = 0.0 if split.y_scaling is None else split.y_scaling.apply(np.zeros((1, 1))).item()
    return _constant("Persistence", split, zero)


def _constant(label: str, split: Split, prediction: float) -> Baseline:
    y = split.y_val.astype(np.float64)
    loss = float(np.mean((y - prediction) ** 2))
    variance = float(y.var())
    return Baseline(label, "R2", 1 - loss / variance if variance else 0.0, loss)


def unigram(split: Split) -> Baseline:
    """Each character by its frequency in the training text, (count + 1) / (n + alphabet). Perplexity exp(loss)."""
    size = _n_classes(split)
    counts = np.bincount(split.y_train.ravel(), minlength=size) + 1.0
    loss = float(-np.log(counts / counts.sum())[split.y_val].mean())
    return Baseline("Unigram", "perplexity", float(np.exp(loss)), loss)


def bigram(split: Split) -> Baseline:
    """Each character by the one before it, P(b | a) = (count(a, b) + 1) / (count(a) + alphabet)."""
    size = _n_classes(split)
    pairs = split.x_train.ravel().astype(np.int64) * size + split.y_train.ravel()
    counts = np.bincount(pairs, minlength=size * size).reshape(size, size) + 1.0
    log_share = np.log(counts / counts.sum(1, keepdims=True))
    loss = float(-log_share[split.x_val, split.y_val].mean())
    return Baseline("Bigram", "perplexity", float(np.exp(loss)), loss)


def _n_classes(split: Split) -> int:
    # Arrays of a visitor's own may come without names of classes.
    return max(len(split.classes), int(split.y_train.max()) + 1, int(split.y_val.max()) + 1)
