"""The task of a person's own model: what it is told by, in this order.

1. `task=` and `loss=`, as they are given to the page;
2. the loss and the metrics that the model was compiled with;
3. the output layer, its width and its activation, together with the values of y.

The dtype of y says nothing: whole numbers may be counts, and classes may come as fractions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.array_tree import leaves
from core.field import ConfigError
from core.language import _
from core.learning.answers import Answers, Kind, Scale
from core.user_models.loss_names import has_logits, loss_name

if TYPE_CHECKING:
    from core.user_models.outputs import Outputs

Task = Literal["classification", "multi-label", "regression"]
TASKS: tuple[Task, ...] = ("classification", "multi-label", "regression")
CLASS_METRICS = ("acc", "auc", "f1", "precision", "recall", "top_k")
QUANTITY = Answers("quantity")


def answers_of(task: Task | None, loss: Any, metrics: Any, outputs: Outputs, y: np.ndarray) -> Answers:
    """The reading of outputs and targets `y` (n, ...) of a model of one output; see the module.

    Raises:
        ConfigError: There is no such task.
    """
    if task is not None and task not in TASKS:
        raise ConfigError(_("task must be one of {names}.", names=", ".join(TASKS)))
    name = "" if loss is None else loss_name(loss)
    kind = _of_task(task, outputs, y) or _of_loss(name, outputs, y)
    if kind is None and task is None and _counts_right_ones(metrics):
        kind = _of_classes(outputs, y)
    kind = kind or _of_outputs(outputs, y)
    return Answers(kind, _scale(name, loss, outputs, kind))


def default_loss(answers: Answers) -> Any:
    """The Keras loss for these answers where nobody named one."""
    import keras

    logits = answers.scale == "logits"
    if answers.scale == "margins":
        return "hinge"
    if answers.kind == "classes":
        return keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    if answers.kind == "one-hot":
        return keras.losses.CategoricalCrossentropy(from_logits=logits)
    if answers.kind in ("two classes", "labels"):
        return keras.losses.BinaryCrossentropy(from_logits=logits)
    return "mean_squared_error"


def _of_task(task: Task | None, outputs: Outputs, y: np.ndarray) -> Kind | None:
    kinds: dict[Task | None, Kind] = {"regression": "quantity", "multi-label": "labels"}
    return _of_classes(outputs, y) if task == "classification" else kinds.get(task)


def _of_classes(outputs: Outputs, y: np.ndarray) -> Kind:
    """The kind of a classification, by the shapes alone."""
    if outputs.width == 1:
        return _yes_or_no(outputs)
    return "one-hot" if y.shape == (len(y), *outputs.shape[1:]) else "classes"


def _of_loss(name: str, outputs: Outputs, y: np.ndarray) -> Kind | None:
    """What a loss says by its name; None where it is of use for several tasks."""
    if name == "crossentropy":
        return _of_classes(outputs, y)
    if name.startswith("sparse_categorical"):
        return "classes"
    if name.startswith("categorical"):
        return "one-hot"
    if name.startswith("binary") or name in ("hinge", "squared_hinge"):
        if outputs.width > 1:
            return "labels"
        return _yes_or_no(outputs) if _n_values(y) <= 2 else "quantity"
    return None


def _yes_or_no(outputs: Outputs) -> Kind:
    """One class for each example, or a label at each place of it, as in an image's mask."""
    return "two classes" if int(np.prod(outputs.shape[1:])) == 1 else "labels"


def _of_outputs(outputs: Outputs, y: np.ndarray) -> Kind:
    """What the last layer says together with the values of y."""
    same_shape = y.shape == (len(y), *outputs.shape[1:])
    if y.dtype.kind in "US":
        return _of_classes(outputs, y)
    if outputs.width == 1:
        two = outputs.activation in ("sigmoid", "tanh") and _has_two_values(y, outputs.activation)
        return _yes_or_no(outputs) if two else "quantity"
    if outputs.activation == "sigmoid" and same_shape and set(np.unique(y)) <= {0, 1}:
        return "labels"
    if same_shape:
        return "one-hot" if outputs.activation in ("softmax", "linear", "") and _is_one_hot(y) else "quantity"
    return "classes" if _whole(y) else "quantity"


def _scale(name: str, loss: Any, outputs: Outputs, kind: Kind) -> Scale:
    if name in ("hinge", "squared_hinge", "categorical_hinge"):
        return "logits" if kind == "one-hot" else "margins"
    if "crossentropy" in name:
        return "logits" if has_logits(loss) else "probabilities"
    if outputs.activation == "tanh" and kind == "two classes":
        return "margins"
    return "probabilities" if outputs.activation in ("softmax", "sigmoid") else "logits"


def _counts_right_ones(metrics: Any) -> bool:
    """True if one of the compiled metrics is of classes."""
    names = [str(getattr(each, "name", each)).lower() for each in leaves(metrics)] if metrics else []
    return any(part in name for name in names for part in CLASS_METRICS)


def _has_two_values(y: np.ndarray, activation: str) -> bool:
    values = set(np.unique(y).tolist())
    return len(values) <= 2 and (values <= {0, 1} or (activation == "tanh" and values <= {-1, 1}) or len(values) == 2)


def _n_values(y: np.ndarray) -> int:
    return len(np.unique(y))


def _whole(y: np.ndarray) -> bool:
    return bool(np.all(y == np.round(y))) if y.dtype.kind == "f" else y.dtype.kind in "iub"


def _is_one_hot(y: np.ndarray) -> bool:
    return bool(np.all((y == 0) | (y == 1)) and np.all(y.sum(-1) == 1))
