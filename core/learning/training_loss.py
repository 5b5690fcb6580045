"""The loss of a batch as `compile` means it: one loss for all outputs or one for each, weighted."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import tensorflow as tf
from keras.src.backend import get_keras_mask, set_keras_mask
from keras.src.trainers.compile_utils import CompileLoss

from core.array_tree import mapped

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDING = 1e-3  # of the loss of two examples, which may be computed in half precision
OF_EACH_EXAMPLE = ("sum_over_batch_size", "mean")  # reductions that give the same over batches of any size


class TrainingLoss:
    """The scalar loss of targets and outputs that `model.fit` minimises, without penalties.

    Keras computes it, with its own rules for shapes, masks and weights; in the dtype of the weights.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str] | None, dtype: str) -> None:
        """`loss` and `loss_weights` are those of `compile`: a name, a function, a `Loss`, or several of these.

        None means that the outputs have no loss, and all there is comes from the model itself.
        """
        self._compiled = None if loss is None else CompileLoss(loss, loss_weights, output_names=output_names)
        self._dtype = dtype
        self.adds_up = False  # True if the mean over examples is that of batches of any size

    def prepare(self, y: Any, outputs: Any) -> None:
        """Finds each output's loss by a few examples; raises what Keras raises where they do not fit together."""
        if self._compiled is None:
            return
        value = self._compiled(y, outputs)
        if value is None or value.shape.rank != 0:
            raise ValueError("The loss must be one number for a batch; its reduction must not be None.")
        masked = any(mask is not None for mask in masks_of(outputs))
        means = all(loss.reduction in OF_EACH_EXAMPLE for loss in self.losses)
        self.adds_up = means and not masked and self._is_mean(value, y, outputs)
        if self._dtype != "float32":
            self._compiled._dtype = self._dtype
            self._compiled._flat_losses = [
                part._replace(loss=_in_dtype(part.loss, self._dtype)) for part in self._compiled._flat_losses
            ]

    @property
    def losses(self) -> list[Any]:
        """The Keras loss of each output."""
        return [] if self._compiled is None else [part.loss for part in self._compiled._flat_losses]

    def _is_mean(self, value: tf.Tensor, y: Any, outputs: Any) -> bool:
        """True if the loss `value` of a few examples is the mean of theirs: one's own may compare examples."""
        count = tf.nest.flatten(outputs)[0].shape[0]
        try:
            mean = sum(float(self(_example(y, i), _example(outputs, i))) for i in range(count)) / count
        except Exception:  # a loss of one's own may need two examples
            return False
        return abs(mean - float(value)) <= ROUNDING * abs(float(value))

    def __call__(self, y: Any, outputs: Any, weights: Any = None) -> tf.Tensor:
        """The scalar loss of a batch; `weights` are those of its examples."""
        if self._compiled is None:
            return tf.zeros((), self._dtype)
        return tf.cast(self._compiled(y, outputs, weights), self._dtype)


def _example(tensors: Any, place: int) -> Any:
    return mapped(lambda leaf: leaf[place : place + 1], tensors)


def masks_of(outputs: Any) -> list[Any]:
    """The mask that Keras keeps at each output; None where all places of it count."""
    return [get_keras_mask(output) for output in tf.nest.flatten(outputs)]


def with_masks(outputs: Any, masks: Sequence[Any]) -> Any:
    """`outputs` with the masks that they had inside a compiled function."""
    for output, mask in zip(tf.nest.flatten(outputs), masks, strict=True):
        set_keras_mask(output, mask)
    return outputs


def _in_dtype(loss: Any, dtype: str) -> Any:
    """A copy of the Keras loss that computes in `dtype`."""
    made = copy.copy(loss)
    made._dtype = dtype
    return made
