"""Distillation: a smaller model that learns from a larger one's answers (Hinton, Vinyals & Dean, 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.learning.answers import Answers

MOST_TARGET_BYTES = 200_000_000  # of a teacher's answers; of longer texts fewer examples are used
LEAST = 1e-7  # probability whose logarithm is taken, as Keras' cross-entropy has it


class DistillationLoss(keras.losses.Loss):
    """(1 - a) H(y, p) + a T^2 KL(q_T || p_T) of a student's logits.

    p and p_T are the softmax of the logits z and of z / T, q_T the same of the teacher's logits, y the class. The
    factor T^2 keeps the size of the second term's gradient, which falls with 1 / T^2. A target holds the teacher's
    logits and, as the last number, the class: float32 (..., classes + 1).

    Attributes:
        temperature, mix: T and a as variables, so that they may change while a compiled program trains.
    """

    def __init__(self, temperature: float, mix: float) -> None:
        super().__init__(name="distillation")
        self.temperature = keras.Variable(temperature, dtype="float32", trainable=False, name="temperature")
        self.mix = keras.Variable(mix, dtype="float32", trainable=False, name="mix")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example, or of each place of a text."""
        teacher, labels = y_true[..., :-1], ops.cast(y_true[..., -1], "int32")
        temperature = ops.cast(self.temperature.value, y_pred.dtype)
        mix = ops.cast(self.mix.value, y_pred.dtype)
        soft = keras.losses.kl_divergence(
            ops.softmax(teacher / temperature, axis=-1), ops.softmax(y_pred / temperature, axis=-1)
        )
        hard = ops.sparse_categorical_crossentropy(labels, y_pred, from_logits=True)
        return (1 - mix) * hard + mix * temperature**2 * soft


class QuantityDistillationLoss(DistillationLoss):
    """(1 - a) (y - p)^2 + a (t - p)^2 of a student's prediction p, with the teacher's t; temperature has no part.

    A target holds t and y: float32 (n, 2).
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example."""
        mix = ops.cast(self.mix.value, y_pred.dtype)
        teacher, own = ops.square(y_true[..., :1] - y_pred), ops.square(y_true[..., 1:] - y_pred)
        return ops.mean((1 - mix) * own + mix * teacher, -1)


def as_logits(outputs: np.ndarray, reading: Answers) -> np.ndarray:
    """What a teacher's `outputs` are as logits, float (n, ..., classes); of a quantity its predictions (n, 1).

    Logits stay; of anything else they are log p with p, the probability of each class, at least `LEAST`.
    """
    if reading.kind == "quantity":
        return outputs.reshape(len(outputs), 1)
    if reading.scale == "logits" and reading.kind != "two classes":
        return outputs
    return np.log(np.maximum(reading.probabilities(outputs), LEAST)).astype(np.float32)


def targets(teacher: Callable[[np.ndarray], np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What a student learns from, float32 (n, ..., classes + 1): the teacher's logits and the class.

    Of a quantity y (n, 1) these are the teacher's prediction and y, float32 (n, 2).
    """
    logits = teacher(x)
    return np.concatenate([logits, y if y.ndim == logits.ndim else y[..., None]], -1).astype(np.float32)


def most_examples(outputs: tuple[int, ...]) -> int:
    """How many examples' answers are kept; `outputs` is the shape of one."""
    return max(int(MOST_TARGET_BYTES // (4 * np.prod(outputs))), 1)


def corrected_for(logits: np.ndarray, missing: int, share: float) -> np.ndarray:
    """Logits with the one of a class that was never seen raised, so that it is the answer for `share` of the rows.

    That is Hinton's correction of a student that never saw a "3": its bias alone was too low.
    """
    others = np.delete(logits, missing, -1).max(-1)
    raised = np.quantile(others - logits[..., missing], share)
    corrected = logits.copy()
    corrected[..., missing] += raised
    return corrected
