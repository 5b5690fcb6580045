"""A Keras model on data as an objective: the mean loss of a batch, as a function of the model's weights.

The model is called functionally (`stateless_call`), so that the trainer can differentiate and compile the
loss like any other. What a call changes besides the weights, dropout seeds and batch-norm statistics, is
handed back to the trainer, which keeps it only for updates that are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from core.learning.fused_layers import fused
from core.learning.stateless_function import StatelessFunction

Loss = str | Callable[[tf.Tensor, tf.Tensor], tf.Tensor]

EXAMPLES_AT_ONCE = 256  # in one call at inference: the memory of a call is bounded


class ModelObjective:
    """The loss that `model.fit` minimises: mean over the batch, plus the model's own L1 and L2 losses.

    `variables` are the model's own weights: a trainer trains the model itself. Everything is computed in
    the dtype of the weights, float32 or float64.
    """

    def __init__(
        self,
        model: keras.Model,
        x: np.ndarray,
        y: np.ndarray,
        loss: Loss = "mse",
        metrics: Sequence[str] = (),
    ) -> None:
        """`model` (built here if it is not) on examples `x` (n, ...) with targets `y` (n, ...).

        `loss` is a Keras loss or its name, `metrics` are names of Keras metrics for `evaluate`. Raises
        ValueError for data that do not fit together, data of length 0 and a model without weights.
        """
        x, y = np.asarray(x), np.asarray(y)
        if len(x) != len(y) or len(x) == 0:
            raise ValueError(f"Inputs and targets must be as many and at least one; they are {len(x)} and {len(y)}.")
        if not model.built:
            model(x[:1])
        self.variables = list(model.trainable_variables)
        self.dtype = _common_dtype(self.variables)
        self.model, self.label, self.n_examples = model, model.name, len(x)
        of_metrics = {id(v) for v in model.metrics_variables}  # a compiled model's, which no update touches
        self.state = [v for v in model.non_trainable_variables if id(v) not in of_metrics]
        self.initial: tuple[np.ndarray, ...] = tuple(v.numpy() for v in self.variables)
        # stateless_call hands its arguments to `call`, which in a subclassed model may know no training.
        self._in_training = {"training": True} if model._call_has_training_arg else {}
        self._loss = keras.losses.get(loss)
        self._metrics = tuple(metrics)
        self._x, self._y = self._inputs(x), self._targets(y)
        one = tf.TensorSpec((None, *self._x.shape[1:]), self._x.dtype)
        self._forward = StatelessFunction(
            self.all_variables, lambda batch: model(batch, training=False), input_signature=[one]
        )

    def __repr__(self) -> str:
        return f"ModelObjective({self.label}, {self.model.count_params()} parameters, {self.n_examples} examples)"

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar training loss at the weights `values` on the examples `rows` (int32); None means all."""
        return self.loss_and_state(values, rows)[0]

    def loss_and_state(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """The loss, and what the call makes of the variables `state`; nothing is assigned."""
        x, y = (self._x, self._y) if rows is None else (tf.gather(self._x, rows), tf.gather(self._y, rows))
        before = [v.value for v in self.model.non_trainable_variables]
        with fused(self.model):
            outputs, after, penalties = self.model.stateless_call(
                values, before, x, return_losses=True, **self._in_training
            )
        terms = [self._data_loss(y, outputs), *(tf.cast(penalty, self.dtype) for penalty in penalties)]
        changed = {id(v): new for v, new in zip(self.model.non_trainable_variables, after, strict=True)}
        return tf.add_n(terms), [changed[id(v)] for v in self.state]

    @property
    def all_variables(self) -> list[keras.Variable]:
        """Weights and state: everything that the model's answers depend on."""
        return [*self.variables, *self.state]

    def predict(self, x: np.ndarray, values: Sequence[tf.Tensor] | None = None) -> np.ndarray:
        """The model's outputs for `x`, as inference gives them: no dropout, batch norm by its averages.

        `values` are what `all_variables` are taken to be; None means what they are now.
        """
        values = [tf.convert_to_tensor(v.value) for v in self.all_variables] if values is None else values
        x = np.asarray(x)
        parts = [self._forward(values, self._inputs(x[rows])) for rows in slices(len(x))]
        return np.concatenate([part.numpy() for part in parts])

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
        """Loss (without L1 and L2 terms) and metrics by name at inference on the examples `x`, `y`."""
        outputs, targets = tf.constant(self.predict(x)), self._targets(np.asarray(y))
        values = {"loss": float(self._data_loss(targets, outputs))}
        for name in self._metrics:
            metric = keras.metrics.get(_accuracy_kind(targets, outputs) if name == "accuracy" else name)
            measured = metric(targets, outputs)
            values[name] = float(np.mean(keras.ops.convert_to_numpy(measured)))
        return values

    def _data_loss(self, targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """The batch's loss, reduced as the Keras loss says: a sum, or the mean over all it is given."""
        # Calling a Loss object would cast to float32; its `call` leaves the dtype alone.
        of_examples = self._loss.call if isinstance(self._loss, keras.losses.Loss) else self._loss
        losses = tf.cast(of_examples(targets, outputs), self.dtype)
        summed = getattr(self._loss, "reduction", None) == "sum"
        return tf.reduce_sum(losses) if summed else tf.reduce_mean(losses)

    def _inputs(self, x: np.ndarray) -> tf.Tensor:
        inputs = getattr(self.model, "inputs", None)  # a subclassed model declares none
        return tf.constant(x, inputs[0].dtype if inputs else self.dtype)

    def _targets(self, y: np.ndarray) -> tf.Tensor:
        """Targets in the dtype of the weights, except classes, which stay whole numbers."""
        return tf.constant(y, tf.int32 if np.issubdtype(y.dtype, np.integer) and self._counts_classes else self.dtype)

    @property
    def _counts_classes(self) -> bool:
        name = getattr(self._loss, "name", None) or getattr(self._loss, "__name__", None)
        return str(name).startswith("sparse")


def slices(count: int) -> list[slice]:
    """The rows of each call where `count` examples are too many for one.

    >>> slices(300)
    [slice(0, 256, None), slice(256, 512, None)]
    """
    return [slice(first, first + EXAMPLES_AT_ONCE) for first in range(0, count, EXAMPLES_AT_ONCE)]


def _common_dtype(variables: Sequence[keras.Variable]) -> str:
    dtypes = {v.dtype for v in variables}
    if len(dtypes) != 1:
        raise ValueError(f"A model needs weights, all of one dtype; these are {sorted(dtypes) or 'none'}.")
    return dtypes.pop()


def _accuracy_kind(targets: tf.Tensor, outputs: tf.Tensor) -> str:
    """The metric that `compile` would choose for the word accuracy."""
    if outputs.shape[-1] == 1:
        return "binary_accuracy"
    whole = targets.dtype.is_integer
    return "sparse_categorical_accuracy" if whole else "categorical_accuracy"
