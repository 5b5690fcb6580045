"""What a person's own model has to beat: one answer for all examples, judged by the model's own loss and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.datasets.baselines import Baseline
from core.language import N_
from core.learning.scores import SCORES

if TYPE_CHECKING:
    from core.datasets.split import Split
    from core.learning.answers import Answers
    from core.learning.judgement import Judgement
    from core.learning.model_objective import ModelObjective

MOST_EXAMPLES = 10_000  # of the validation part by which a baseline is judged


def baselines_of(
    objective: ModelObjective, split: Split, judgement: Judgement, shape: tuple[int, ...], metrics: Any
) -> tuple[Baseline, ...]:
    """The answer that needs no input: the mean of the training targets, or the shares of the classes.

    Args:
        objective: The model's loss.
        split: Its data.
        judgement: How answers are read, and the metrics.
        shape: The shape of one answer.
        metrics: Keras' collection of the metrics that were compiled; None where there are none.
    """
    constant = constant_answer(judgement.answers, split.y_train, shape)
    if constant is None or objective.is_own:
        return ()
    y = split.y_val[:MOST_EXAMPLES]
    outputs = np.broadcast_to(constant.reshape(shape), (len(y), *shape)).astype(np.float32)
    loss = objective.loss_of(y, outputs)
    value = _metric(judgement, y, outputs, loss, metrics)
    label = N_("Mean") if judgement.answers.kind == "quantity" else N_("Majority class")
    if not np.isfinite([loss, value]).all():
        return ()
    return (Baseline(label, judgement.metric, value, loss),)


def constant_answer(answers: Answers, y: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """The output for all examples that fits the training targets best; None where none can be named."""
    if answers.kind == "quantity" and y.shape[1:] == shape:
        return np.asarray(y.mean(0, dtype=np.float64))
    if answers.kind == "quantity" and y.size == len(y) and int(np.prod(shape)) == 1:
        return np.asarray(y.mean(dtype=np.float64))
    if answers.kind == "two classes":
        share = (answers.truths(y).sum() + 1) / (len(y) + 2)
        return np.array(_output(answers, np.array(share)))
    if answers.kind == "classes" and y.size == len(y) and len(shape) == 1:
        counts = np.bincount(answers.truths(y).reshape(-1), minlength=shape[0]) + 1
        return _shares(answers, counts / counts.sum())
    if answers.kind == "one-hot" and y.ndim == 2:
        counts = y.sum(0) + 1
        return _shares(answers, counts / counts.sum())
    return None


def _shares(answers: Answers, shares: np.ndarray) -> np.ndarray:
    return np.log(shares) if answers.scale == "logits" else shares


def _output(answers: Answers, share: np.ndarray) -> np.ndarray:
    """The one output that stands for a probability of the second class."""
    if answers.scale == "logits":
        return np.asarray(np.log(share / (1 - share)))
    return share if answers.scale == "probabilities" else np.sign(share - 0.5)


def _metric(judgement: Judgement, y: np.ndarray, outputs: np.ndarray, loss: float, metrics: Any) -> float:
    if judgement.metric in SCORES and metrics is None:
        return SCORES[judgement.metric](judgement.answers, y, outputs)
    if metrics is None:
        return loss
    metrics.reset_state()
    metrics.update_state(y, outputs)
    return float(np.mean(metrics.result().get(judgement.metric, np.nan)))
