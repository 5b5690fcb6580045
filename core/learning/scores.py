"""The metrics of a task, computed from outputs and targets in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import r2

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.learning.answers import Answers


def accuracy(answers: Answers, y: np.ndarray, outputs: np.ndarray) -> float:
    """The share of right answers; of labels, the share of right labels."""
    if answers.kind == "labels":
        outputs, y = _labels(outputs, y)
        return float(np.mean((outputs > answers.middle) == (y > 0.5)))
    return float(np.mean(answers.chosen(outputs) == answers.truths(y)))


def auc(answers: Answers, y: np.ndarray, outputs: np.ndarray) -> float:
    """The area under the ROC curve: how often a positive example has a higher output than a negative one.

    Of labels it is the mean over those that are neither always nor never given; nan where there is none (Hanley and
    McNeil, 1982).
    """
    if answers.kind == "labels":
        outputs, y = _labels(outputs, y)
        areas = [_area(outputs[:, i], y[:, i] > 0.5) for i in range(y.shape[1])]
        known = [area for area in areas if np.isfinite(area)]
        return float(np.mean(known)) if known else float("nan")
    shares = answers.probabilities(outputs)
    return _area(shares[:, 1], answers.truths(y) == 1)


def f1(answers: Answers, y: np.ndarray, outputs: np.ndarray) -> float:
    """2 TP / (2 TP + FP + FN) of the second class; of labels the mean over all of them. 0 where nothing is positive."""
    if answers.kind == "labels":
        outputs, y = _labels(outputs, y)
        return float(np.mean([_f1(outputs[:, i] > answers.middle, y[:, i] > 0.5) for i in range(y.shape[1])]))
    return _f1(answers.chosen(outputs) == 1, answers.truths(y) == 1)


def r_squared(answers: Answers, y: np.ndarray, outputs: np.ndarray) -> float:
    """The coefficient of determination; of several quantities the mean of theirs."""
    truth, predicted = _columns(y), _columns(outputs)
    errors, variances = np.mean((truth - predicted) ** 2, 0), truth.var(0)
    return float(np.mean([r2(error, variance) for error, variance in zip(errors, variances, strict=True)]))


def mean_absolute_error(answers: Answers, y: np.ndarray, outputs: np.ndarray) -> float:
    """The mean absolute error over all quantities."""
    return float(np.mean(np.abs(_columns(y) - _columns(outputs))))


SCORES: dict[str, Callable[[Answers, np.ndarray, np.ndarray], float]] = {
    "accuracy": accuracy,
    "AUC": auc,
    "F1": f1,
    "R2": r_squared,
    "MAE": mean_absolute_error,
}


def _area(scores: np.ndarray, positive: np.ndarray) -> float:
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if not n_positive or not n_negative or not np.isfinite(scores).all():
        return float("nan")
    _values, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks = (last - (counts - 1) / 2)[place]  # equal scores share the mean of their ranks
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def _f1(predicted: np.ndarray, true: np.ndarray) -> float:
    hits = np.sum(predicted & true)
    total = predicted.sum() + true.sum()
    return float(2 * hits / total) if total else 0.0


def _labels(outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and targets (n, labels); of images or sequences each place is an example."""
    return outputs.reshape(-1, outputs.shape[-1]), y.reshape(-1, outputs.shape[-1])


def _columns(values: np.ndarray) -> np.ndarray:
    """Float64 (n, quantities)."""
    return np.asarray(values, np.float64).reshape(len(values), -1)
