"""A Keras model on data as an objective: the mean loss of a batch, as a function of the model's weights.

The model is called functionally (`stateless_call`), so that the trainer can differentiate and compile the
loss like any other. What a call changes besides the weights, dropout seeds and batch-norm statistics, is
handed back to the trainer, which keeps it only for updates that are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from core.array_tree import leaves, mapped
from core.learning.fused_layers import fused
from core.learning.independent_examples import loss_axes, may_be_independent, padded_batch
from core.learning.stateless_function import StatelessFunction
from core.learning.training_loss import TrainingLoss, masks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.array_tree import Arrays

EXAMPLES_AT_ONCE = 256  # in one call at inference: the memory of a call is bounded
FEW = 2  # examples by which the loss of each output is found
FEW_ROUNDINGS = 1000  # of a loss that is summed up in another order; one of other examples differs by more


class ModelObjective:
    """The loss that `model.fit` minimises: that of the outputs, the model's own L1 and L2 terms and what it adds.

    `variables` are the model's own weights: a trainer trains the model itself. Everything is computed in
    the dtype of the weights, float32 or float64.
    """

    def __init__(
        self,
        model: keras.Model,
        x: Arrays,
        y: Arrays,
        loss: Any = "mse",
        loss_weights: Any = None,
        weights: np.ndarray | None = None,
        scales_loss: bool = True,
    ) -> None:
        """`model` (built here if it is not) on examples `x` (n, ...) with targets `y` (n, ...).

        `loss` and `loss_weights` are those of `compile` (None: the model adds all its losses), `scales_loss` is its
        `auto_scale_loss`, and `weights` (n,) are those of the examples. A model with a `compute_loss` of its own is
        compiled already.

        Raises ValueError for data that do not fit together, data of length 0 and a model without weights.
        """
        x, y = (part if hasattr(part, "nest") else np.asarray(part) for part in (x, y))
        if len(x) != len(y) or len(x) == 0:
            raise ValueError(f"Inputs and targets must be as many and at least one; they are {len(x)} and {len(y)}.")
        if not model.built:
            model(mapped(tf.constant, x[:1]))
        self.variables = list(model.trainable_variables)
        self.dtype = _common_dtype(self.variables)
        self.model, self.label, self.n_examples = model, model.name, len(x)
        self.needs_loss_scaling = scales_loss and model.dtype_policy.name == "mixed_float16"  # as `compile` decides
        self._computes_loss = type(model).compute_loss is not keras.Model.compute_loss
        # A subclassed model's `call` may know no training.
        self._knows_training = bool(model._call_has_training_arg)
        self._loss = TrainingLoss(loss, loss_weights, getattr(model, "output_names", None), self.dtype)
        self._loss_axes = loss_axes(model)
        self._pads_short_batches: bool | None = None  # until it is asked for
        self._x, self._y = self.inputs(x), self._targets(y)
        self.reads_text = any(leaf.dtype == tf.string for part in (self._x, self._y) for leaf in leaves(part))
        self._weights = None if weights is None else tf.constant(weights, self.dtype)
        self._prepare_loss()
        of_metrics = {id(v) for v in model.metrics_variables}  # a compiled model's, which no update touches
        self.state = [v for v in model.non_trainable_variables if id(v) not in of_metrics]
        self.initial: tuple[np.ndarray, ...] = tuple(v.numpy() for v in self.variables)
        self._forward = StatelessFunction(
            self.all_variables, lambda batch: self._call(batch, False), input_signature=[_specs(self._x)]
        )

    def __repr__(self) -> str:
        return f"ModelObjective({self.label}, {self.model.count_params()} parameters, {self.n_examples} examples)"

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar training loss at the weights `values` on the examples `rows` (int32); None means all."""
        return self.loss_and_state(values, rows)[0]

    def loss_and_state(
        self, values: Sequence[tf.Tensor], rows: tf.Tensor | None, padded: bool = False
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """The loss, and what the call makes of the variables `state`; nothing is assigned.

        `padded` says that `rows` may hold -1, which counts for nothing; only where `pads_short_batches`.
        """
        own = None
        if padded:
            rows, own = padded_batch(rows, self.dtype, self._loss_axes)
        x, y, weights = (_at(part, rows) for part in (self._x, self._y, self._weights))
        weights = own if weights is None else weights if own is None else weights * own
        before = [v.value for v in self.state]
        held = [*zip(self.variables, values, strict=True), *zip(self.state, before, strict=True)]
        with keras.StatelessScope(state_mapping=held, collect_losses=True) as scope:
            with fused(self.model):
                outputs = self._call(x, True)
            loss = self._total(x, y, outputs, weights, True)
        return loss, [scope.get_current_value(v) for v in self.state]

    def assigned_weight(self) -> keras.Variable | None:
        """A weight that a call in training assigns itself, as `SpectralNormalization` does; None if there is none.

        Updates start from the weights before the call, so that what is assigned would be lost.
        """
        values = [tf.convert_to_tensor(v.value) for v in self.variables]
        held = [*zip(self.variables, values, strict=True), *((v, v.value) for v in self.state)]
        with keras.StatelessScope(state_mapping=held, collect_losses=True) as scope:
            self._call(_at(self._x, tf.range(min(FEW, self.n_examples))), True)
        after = zip(self.variables, values, strict=True)
        return next((v for v, value in after if scope.get_current_value(v) is not value), None)

    @property
    def all_variables(self) -> list[keras.Variable]:
        """Weights and state: everything that the model's answers depend on."""
        return [*self.variables, *self.state]

    def present_values(self) -> list[tf.Tensor]:
        """The present values of `all_variables`."""
        return [tf.convert_to_tensor(v.value) for v in self.all_variables]

    def predict(self, x: Arrays, values: Sequence[tf.Tensor] | None = None) -> np.ndarray:
        """The model's outputs for `x`, as inference gives them: no dropout, batch norm by its averages.

        `values` are what `all_variables` are taken to be; None means what they are now. Of several outputs it is
        the first.
        """
        values = self.present_values() if values is None else values
        parts = [leaves(self._forward(values, self.inputs(x[rows])))[0] for rows in slices(len(x))]
        return np.concatenate([part.numpy() for part in parts])

    def evaluation(self, weighted: bool = False) -> StatelessFunction:
        """A compiled function of a `batch` to its loss at inference, the outputs and their masks.

        The loss is that of `model.evaluate`, penalties included; `weighted` says that batches have weights.
        """

        def evaluate(x: Any, y: Any, weights: tf.Tensor | None = None) -> tuple[tf.Tensor, Any, list[Any]]:
            with keras.StatelessScope(state_mapping=self._held(), collect_losses=True):
                outputs = self._call(x, False)
                loss = tf.cast(self._total(x, y, outputs, weights, False), tf.float64)
                return loss, outputs, masks_of(outputs)

        weights = [tf.TensorSpec((None,), self.dtype)] if weighted else []
        return StatelessFunction(
            self.all_variables, evaluate, input_signature=[_specs(self._x), _specs(self._y), *weights]
        )

    def batch(self, x: Arrays, y: Arrays, weights: np.ndarray | None = None) -> tuple[Any, ...]:
        """The inputs, targets and weights of these examples as tensors; no weights where there are none."""
        weighed = () if weights is None else (tf.constant(weights, self.dtype),)
        return self.inputs(x), self._targets(y), *weighed

    def evaluate(self, x: Arrays, y: Arrays, weights: np.ndarray | None = None, at_once: int = 32) -> float:
        """The loss that `model.evaluate` gives of the examples `x`, `y` now."""
        score, total = self.evaluation(weights is not None), 0.0
        for rows in slices(len(x), at_once):
            batch = self.batch(x[rows], y[rows], None if weights is None else weights[rows])
            total += len(x[rows]) * float(score(self.present_values(), *batch)[0])
        return total / len(x)

    def loss_of(self, y: Arrays, outputs: np.ndarray) -> float:
        """The loss, without penalties, of answers that are `outputs` whatever the example."""
        return float(self._loss(self._targets(y), tf.constant(outputs, self.dtype)))

    @property
    def adds_up(self) -> bool:
        """True if the mean loss is the same over batches of any size."""
        return self._loss.adds_up and not self._computes_loss

    @property
    def is_own(self) -> bool:
        """True if the model computes its loss itself, of which an answer alone tells nothing."""
        return self._computes_loss or not self.losses

    def pads_short_batches(self) -> bool:
        """True if a batch that is padded with examples of weight zero has the loss and gradient of its own examples.

        Batch statistics depend on all examples of a batch, and random numbers are drawn for each, so that what changes
        its state is not padded; nor are losses of one's own. It is found out once, when it is first asked.
        """
        if self._pads_short_batches is None:
            with tf.init_scope():  # also where a program is being traced
                self._pads_short_batches = self._may_pad() and self._is_same_padded()
        return self._pads_short_batches

    def _may_pad(self) -> bool:
        by_example = self.adds_up and self._takes_weights and not self._computes_loss
        return by_example and may_be_independent(self.model, self.losses)

    def _is_same_padded(self) -> bool:
        two = self.loss(self.variables, tf.constant([0, 1]))
        padded, state = self.loss_and_state(self.variables, tf.constant([0, 1, -1]), padded=True)
        if any((new.numpy() != old.numpy()).any() for new, old in zip(state, self.state, strict=True)):
            return False
        return bool(abs(padded - two) <= FEW_ROUNDINGS * np.finfo(self.dtype).eps * abs(two))

    @property
    def _takes_weights(self) -> bool:
        """True if padding may be weighed: Keras has no weights of examples where each place of one has a loss."""
        return self._loss_axes == 1 or (self._loss_axes > 1 and self._weights is None)

    @property
    def losses(self) -> list[Any]:
        """The Keras loss of each output."""
        return self._loss.losses

    def _held(self) -> list[tuple[keras.Variable, tf.Tensor]]:
        return [(v, v.value) for v in self.all_variables]

    def _call(self, x: Any, training: bool) -> Any:
        return self.model(x, training=training) if self._knows_training else self.model(x)

    def _total(self, x: Any, y: Any, outputs: Any, weights: Any, training: bool) -> tf.Tensor:
        """The loss of a batch with all that the model adds to it, inside a scope that collects losses."""
        if self._computes_loss:
            total = self.model._compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weights, training=training)
            return tf.cast(total, self.dtype)
        terms = [self._loss(y, outputs, weights), *(tf.cast(loss, self.dtype) for loss in self.model.losses)]
        return tf.add_n(terms)

    def _prepare_loss(self) -> None:
        """Finds the loss of each output by the first examples; nothing is assigned."""
        rows = tf.range(min(FEW, self.n_examples))
        with keras.StatelessScope(state_mapping=[(v, v.value) for v in self.model.variables]):
            outputs = self._call(_at(self._x, rows), False)
            if not self._computes_loss:
                self._loss.prepare(_at(self._y, rows), outputs)

    def inputs(self, x: Arrays) -> Any:
        """Inputs as `fit` hands them to the model; fractions in the dtype of the weights."""
        declared = getattr(self.model, "inputs", None)  # a subclassed model declares none
        if declared and len(declared) == 1 and len(leaves(x)) == 1:
            return mapped(lambda leaf: tf.constant(leaf, declared[0].dtype), x)
        return mapped(self._constant, x)

    def _targets(self, y: Arrays) -> Any:
        """Targets in the dtype of the weights, whole numbers as they are."""
        return mapped(self._constant, y)

    def _constant(self, leaf: np.ndarray) -> tf.Tensor:
        return tf.constant(leaf, self.dtype if np.asarray(leaf).dtype.kind == "f" else None)


def slices(count: int, at_once: int = EXAMPLES_AT_ONCE) -> list[slice]:
    """The rows of each call where `count` examples are too many for one.

    >>> slices(300)
    [slice(0, 256, None), slice(256, 512, None)]
    """
    return [slice(first, first + at_once) for first in range(0, count, at_once)]


def _at(tensors: Any, rows: tf.Tensor | None) -> Any:
    """The examples `rows` of each tensor."""
    if rows is None or tensors is None:
        return tensors
    return mapped(lambda tensor: tf.gather(tensor, rows), tensors)


def _specs(tensors: Any) -> Any:
    return mapped(lambda tensor: tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype), tensors)


def _common_dtype(variables: Sequence[keras.Variable]) -> str:
    dtypes = {v.dtype for v in variables}
    if len(dtypes) != 1:
        raise ValueError(f"A model needs weights, all of one dtype; these are {sorted(dtypes) or 'none'}.")
    return dtypes.pop()
