"""What a person's model puts out: its shape, and the function that its last layer applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

PASSED_THROUGH = ("Dropout", "Flatten", "Reshape", "Rescaling", "Squeeze", "Cast", "GetItem", "Identity")
CLOSE = 1e-3  # of 1, that half-precision shares may miss


@dataclass(frozen=True)
class Outputs:
    """The outputs of a model for a few examples: their number, the first one's shape with its batch axis, its function.

    `activation` is the Keras name of the last function, such as "softmax", "" where it is not known.
    """

    count: int
    shape: tuple[int, ...]
    activation: str

    @property
    def width(self) -> int:
        """The numbers in the last axis of an answer; 1 where an answer is one number without an axis."""
        return self.shape[-1] if len(self.shape) > 1 else 1

    @classmethod
    def of(cls, model: keras.Model, answers: list[np.ndarray]) -> Outputs:
        """The outputs of `model`, which gave `answers` for a few examples."""
        first = answers[0]
        activation = last_activation(model) or _by_values(first) or _by_width(model, first.shape[-1])
        return cls(len(answers), first.shape, activation)


def last_activation(model: keras.Model) -> str:
    """The name of the function that a functional or sequential model ends with; "" for others."""
    outputs = getattr(model, "outputs", None)
    if not outputs:
        return ""
    tensor = outputs[0]
    for _depth in range(16):
        operation = getattr(tensor, "_keras_history", (None,))[0]
        if operation is None:
            return ""
        if getattr(operation, "outputs", None) and hasattr(operation, "layers"):  # a model within the model
            return last_activation(operation)
        name = _name_of(operation)
        if name or type(operation).__name__ not in PASSED_THROUGH:
            return name
        tensor = operation.input
    return ""


def _name_of(operation: Any) -> str:
    """The name of the function that a layer or an operation applies last."""
    kind = type(operation).__name__
    if kind in ("Softmax", "Sigmoid", "Tanh", "Relu", "Softplus", "Exp"):
        return kind.lower()
    inner = getattr(operation, "layer", operation)  # of TimeDistributed
    activation = getattr(inner, "activation", None)
    return str(getattr(activation, "__name__", "")) if activation is not None else ""


def _by_values(answers: np.ndarray) -> str:
    """The name of softmax if the answers are shares of 1, else none."""
    if answers.ndim < 2 or answers.shape[-1] < 2 or answers.dtype.kind != "f":
        return ""
    adds_up = np.all(answers >= 0) and np.allclose(answers.sum(-1, dtype=float), 1, atol=CLOSE)
    return "softmax" if adds_up else ""


def _by_width(model: keras.Model, width: int) -> str:
    """The function of the last layer with that many units: a subclassed model does not say in which order it calls."""
    fitting = [layer for layer in model._flatten_layers(include_self=False) if getattr(layer, "units", None) == width]
    return _name_of(fitting[-1]) if fitting else ""
