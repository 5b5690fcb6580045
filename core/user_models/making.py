"""Makes a `UserModel` of what a person hands to the page, or says in one sentence why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_tree import Arrays, ArrayTree, leaves
from core.field import ConfigError
from core.language import _, ngettext
from core.learning.answers import Answers
from core.learning.judgement import Judgement
from core.metric import LOSS, metric
from core.number_format import format_number
from core.user_data.arrays import NUMBERS, arrays_of
from core.user_data.targets import targets_of
from core.user_data.user_data import UserData, class_weights
from core.user_data.whole_dataset import is_batched, read_whole
from core.user_models.compiled import Compiled, has_own_loss, refuse_own_steps
from core.user_models.loss_names import loss_in_words
from core.user_models.outputs import Outputs
from core.user_models.refusals import TRIED_EXAMPLES, check_width, keras_says, refuse_stateful, try_loss
from core.user_models.task import answers_of, default_loss
from core.user_models.user_model import UserModel, answers_for, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

    from core.user_models.task import Task

OTHER = Answers("other")


def user_model_of(
    model: keras.Model,
    data: Any,
    loss: Any = None,
    *,
    task: Task | None = None,
    validation_data: Any = None,
    in_order: bool = False,
    class_names: Sequence[str] = (),
    class_weight: Mapping[Any, float] | None = None,
    scale_targets: bool = False,
) -> UserModel:
    """The model with its data, ready for a page; see `Dashboard` for the arguments.

    Raises:
        ConfigError: The data or the model cannot be taken; one sentence says why, and names what can.
    """
    refuse_own_steps(model)
    refuse_stateful(model)
    training, notes = _taken(data, model)
    held_out = None if validation_data is None else _taken(validation_data, model)[0]
    x, y, weights = training
    answers = _tried(model, x)
    if held_out is not None and len(held_out[0]):
        _tried(model, held_out[0])
    outputs = Outputs.of(model, answers)
    compiled = Compiled.of(model) if loss is None else Compiled.of(model).with_loss(loss)
    _check_names(compiled)
    read = _read(task, compiled, outputs, y)
    if compiled.loss is None and not has_own_loss(model):
        compiled = compiled.with_loss(_default_loss(read, outputs))
    check_width(compiled.loss, read, outputs, y)
    y, classes, held_out = _targets(y, held_out, read, outputs, class_names)
    own = UserData(x, y, weights, held_out, in_order, scale_targets and read.kind == "quantity")
    own.check()
    if class_weight is not None:
        if not read.classifies:
            raise ConfigError(_("class_weight is for models of classes; weigh examples by data=(x, y, weights)."))
        class_weights(y, read, class_weight, classes)
    judgement = Judgement(read, loss_in_words(compiled.loss), _metric_names(model, compiled, read, y, answers))
    made = UserModel(
        model, own, compiled, judgement, classes, answers[0].shape[1:], class_weight, notes, values_of(model)
    )
    try_loss(made)
    return made


def _taken(data: Any, model: keras.Model) -> tuple[tuple[Any, Any, Any], tuple[str, ...]]:
    """x, y and weights as arrays, and what there is to say of that."""
    notes: tuple[str, ...] = ()
    inputs, outputs = (_count(getattr(model, name, None)) for name in ("inputs", "outputs"))
    if is_batched(data):
        data = read_whole(data, _input_rank(model))
        count = len(leaves(data[0])[0])
        notes = (
            ngettext(
                "One example was read from the batches, once: it stays the same in each epoch.",
                "{count} examples were read from the batches, once: they stay the same in each epoch.",
                count,
                count=format_number(count),
            ),
        )
    if not isinstance(data, list | tuple) or len(data) not in (2, 3):
        raise ConfigError(
            _(
                "data must be (x, y) or (x, y, sample_weight) of arrays, tables, tensors or lists, or a dataset that "
                "gives batches of these and has an end."
            )
        )
    x, y, weights = (*data, None)[:3]
    x = _with_axis(arrays_of(x, inputs, "x"), model)
    return (x, arrays_of(y, outputs, "y"), None if weights is None else _counted(weights)), notes


def _counted(weights: Any) -> np.ndarray:
    """What each example counts, float32 (n,)."""
    counted = arrays_of(weights, None, "sample_weight")
    if isinstance(counted, ArrayTree) or counted.dtype.kind not in NUMBERS or counted.size != len(counted):
        raise ConfigError(
            _(
                "sample_weight must be one number for each example; weights of single outputs or of places in an "
                "example are not taken."
            )
        )
    return counted.astype(np.float32).reshape(-1)


def _count(tensors: Any) -> int | None:
    return len(tensors) if tensors else None


def _input_rank(model: keras.Model) -> int | None:
    inputs = getattr(model, "inputs", None)
    return len(inputs[0].shape) if inputs else None


def _with_axis(x: Arrays, model: keras.Model) -> Arrays:
    """Numbers (n,) as a column (n, 1) for a model that takes vectors, or does not say what it takes."""
    if isinstance(x, ArrayTree) or x.ndim > 1 or x.dtype.kind in "US":
        return x
    return x[:, None] if (_input_rank(model) or 2) == 2 else x


def _tried(model: keras.Model, x: Arrays) -> list[np.ndarray]:
    """The model's outputs for a few examples; builds a model that is not."""
    try:
        answers = answers_for(model, _rows(x, TRIED_EXAMPLES))
    except Exception as error:  # whatever the model's code raises
        raise ConfigError(keras_says(error)) from error
    if not model.trainable_variables:
        raise ConfigError(_("The model has no weight that can be trained: set trainable = True for a layer of it."))
    return answers


def _rows(x: Arrays, count: int) -> Any:
    part = x[:count]
    return part.nest if isinstance(part, ArrayTree) else _as_fit_takes(part)


def _as_fit_takes(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) if x.dtype == np.float64 else x


def _check_names(compiled: Compiled) -> None:
    """Raises ConfigError with Keras' own sentence for a loss that it does not know."""
    try:
        loss_in_words(compiled.loss)
    except Exception as error:
        raise ConfigError(keras_says(error)) from error


def _read(task: Task | None, compiled: Compiled, outputs: Outputs, y: Arrays) -> Answers:
    """How the answers of the first and only output are read."""
    if outputs.count > 1 or isinstance(y, ArrayTree):
        return OTHER
    loss = leaves(compiled.loss)[0] if compiled.loss is not None else None
    return answers_of(task, loss, compiled.metrics, outputs, y)


def _default_loss(answers: Answers, outputs: Outputs) -> Any:
    if outputs.count > 1:
        raise ConfigError(
            _("A model of several outputs needs a loss for each: compile it, or pass loss=[…] with one an output.")
        )
    return default_loss(answers)


def _targets(
    y: Arrays, held_out: Any, answers: Answers, outputs: Outputs, names: Sequence[str]
) -> tuple[Any, tuple[str, ...], Any]:
    """Targets of both parts as the loss takes them, and the names of the classes."""
    if isinstance(y, ArrayTree) or answers.kind == "other":
        return y, (), held_out
    if held_out is None:
        found, classes = targets_of(y, answers, outputs.width, names)
        return found, tuple(classes), None
    both, classes = targets_of(np.concatenate([y, _like(held_out[1], y)]), answers, outputs.width, names)
    return both[: len(y)], tuple(classes), (held_out[0], both[len(y) :], held_out[2])


def _like(held_out: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Held-out targets (n,) as (n, 1) or the other way round, where the training targets are."""
    if held_out.shape[1:] == y.shape[1:]:
        return held_out
    if held_out.size * len(y) != y.size * len(held_out):
        raise ConfigError(
            _(
                "y and the y of validation_data must be alike; their shapes are {shape} and {other}.",
                shape=str(y.shape),
                other=str(held_out.shape),
            )
        )
    return held_out.reshape(len(held_out), *y.shape[1:])


def _metric_names(
    model: keras.Model, compiled: Compiled, answers: Answers, y: Arrays, outputs: list[np.ndarray]
) -> tuple[str, ...]:
    """The compiled metrics, then those of the task, the loss itself where there is none."""
    try:
        own = _compiled_names(model, compiled, y, outputs)
    except Exception as error:
        raise ConfigError(keras_says(error)) from error
    kinds = {metric(name).title for name in own} | {name.lower().split("_")[0] for name in own}
    for_task = [name for name in _of_task(answers, y) if not _is_among(name, own, kinds)]
    return (*own, *for_task) or (LOSS,)


def _compiled_names(model: keras.Model, compiled: Compiled, y: Arrays, outputs: list[np.ndarray]) -> list[str]:
    metrics = compiled.metrics_of(model)
    if metrics is None:
        return []
    rows = y[: len(outputs[0])]
    given = rows.nest if isinstance(rows, ArrayTree) else rows
    metrics.update_state(given, outputs[0] if len(outputs) == 1 else outputs)
    names = [name for name, value in metrics.result().items() if np.ndim(value) == 0]
    metrics.reset_state()
    return names


def _of_task(answers: Answers, y: Arrays) -> tuple[str, ...]:
    if answers.kind == "other" or isinstance(y, ArrayTree):
        return ()
    if answers.kind == "quantity":
        return ("R2", "MAE")
    return ("accuracy", "AUC", "F1") if answers.kind in ("two classes", "labels") else ("accuracy",)


def _is_among(name: str, own: list[str], kinds: set[str]) -> bool:
    """True if a compiled metric is the same by another name."""
    if name == "accuracy":
        return any("acc" in each for each in own)
    also = {"AUC": {"auc"}, "F1": {"f1"}, "R2": {"r2"}, "MAE": {"mae", "mean"}}[name]
    return bool(also & kinds) and (name != "MAE" or "mae" in own or "mean_absolute_error" in own)
