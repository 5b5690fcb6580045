"""How the outputs of a model and its targets are read: as classes, labels or quantities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

# "classes": y is the number of a class. "one-hot": y has a 1 for the class. "two classes": one output tells the
# second class from the first. "labels": each output is a yes or no of its own. "quantity": y is what is predicted.
Kind = Literal["classes", "one-hot", "two classes", "labels", "quantity", "other"]
Scale = Literal["logits", "probabilities", "margins"]  # margins, as hinge loss has them: the sign decides


@dataclass(frozen=True)
class Answers:
    """The reading of a model's outputs (n, ...) and targets (n, ...).

    >>> two = Answers("two classes", "logits")
    >>> two.chosen(np.array([[-3.0], [0.5]])).tolist(), two.probabilities(np.array([[0.0]])).tolist()
    ([0, 1], [[0.5, 0.5]])
    """

    kind: Kind
    scale: Scale = "logits"

    @property
    def classifies(self) -> bool:
        """True if each answer is one class."""
        return self.kind in ("classes", "one-hot", "two classes")

    def truths(self, y: np.ndarray) -> np.ndarray:
        """The true classes, int64; one for each example, or for each of its places."""
        if self.kind == "one-hot":
            return y.argmax(-1)
        if self.kind == "two classes":
            return (y.reshape(-1) > (0.0 if self.scale == "margins" else 0.5)).astype(np.int64)
        return (y[..., 0] if y.ndim > 1 and y.shape[-1] == 1 else y).astype(np.int64)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """The probability of each class, float64 (..., classes).

        For logits z that is softmax(z) or, of a single output, (1 - s(z), s(z)) with the logistic function s. Where
        a logit is not finite it is nan, since nothing is known of such a model.
        """
        outputs = outputs.astype(np.float64)
        if self.kind == "two classes":
            second = self._shares(outputs.reshape(-1))
            return np.stack([1 - second, second], -1)
        if self.kind == "labels":
            return self._shares(outputs)
        return softmax(outputs) if self.scale == "logits" else _adding_up(outputs)

    def chosen(self, outputs: np.ndarray) -> np.ndarray:
        """The class that each answer takes for the likeliest, int64."""
        if self.kind == "two classes":
            return (outputs.reshape(-1) > self.middle).astype(np.int64)
        return outputs.argmax(-1)

    @property
    def middle(self) -> float:
        """The output at which a yes or no changes."""
        return 0.5 if self.scale == "probabilities" else 0.0

    def _shares(self, outputs: np.ndarray) -> np.ndarray:
        if self.scale == "probabilities":
            return outputs
        if self.scale == "margins":
            return np.clip((1 + outputs) / 2, 0, 1)
        return 0.5 * (1 + np.tanh(outputs / 2))  # the logistic function, without an overflow


def softmax(logits: np.ndarray) -> np.ndarray:
    """The shares exp(z_i) / sum_j exp(z_j) of the logits z along the last axis.

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])

    Args:
        logits: Float (..., classes). The dtype and the shape are kept.

    Returns:
        Shares that add up to 1; nan where a logit is infinite or nan.
    """
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(-1, keepdims=True))
        return powers / powers.sum(-1, keepdims=True)


def _adding_up(outputs: np.ndarray) -> np.ndarray:
    """Outputs that are probabilities, divided by their sum, as Keras' cross-entropy divides them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return outputs / outputs.sum(-1, keepdims=True)
