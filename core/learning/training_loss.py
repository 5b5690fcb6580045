"""The loss of a batch as `compile` means it: one loss for all outputs or one for each, weighted."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import tensorflow as tf
from keras.src.backend import get_keras_mask
from keras.src.trainers.compile_utils import CompileLoss

if TYPE_CHECKING:
    from collections.abc import Sequence

OF_EACH_EXAMPLE = ("sum_over_batch_size", "mean")  # reductions that give the same over batches of any size


class TrainingLoss:
    """The scalar loss of targets and outputs that `model.fit` minimises, without penalties.

    Keras computes it, with its own rules for shapes, masks and weights; in the dtype of the weights.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str] | None, dtype: str) -> None:
        """`loss` and `loss_weights` are those of `compile`: a name, a function, a `Loss`, or several of these."""
        self._compiled = CompileLoss(loss, loss_weights, output_names=output_names)
        self._dtype = dtype
        self.adds_up = True  # the mean over examples is that of batches of any size

    def prepare(self, y: Any, outputs: Any) -> None:
        """Finds each output's loss by a few examples; raises what Keras raises where they do not fit together."""
        value = self._compiled(y, outputs)
        if value is None or value.shape.rank != 0:
            raise ValueError("The loss must be one number for a batch; its reduction must not be None.")
        losses = [part.loss for part in self._compiled._flat_losses]
        masked = any(get_keras_mask(output) is not None for output in tf.nest.flatten(outputs))
        self.adds_up = not masked and all(loss.reduction in OF_EACH_EXAMPLE for loss in losses)
        if self._dtype != "float32":
            self._compiled._dtype = self._dtype
            self._compiled._flat_losses = [
                part._replace(loss=_in_dtype(part.loss, self._dtype)) for part in self._compiled._flat_losses
            ]

    @property
    def losses(self) -> list[Any]:
        """The Keras loss of each output."""
        return [part.loss for part in self._compiled._flat_losses]

    def __call__(self, y: Any, outputs: Any, weights: Any = None) -> tf.Tensor:
        """The scalar loss of a batch; `weights` are those of its examples."""
        return tf.cast(self._compiled(y, outputs, weights), self._dtype)


def _in_dtype(loss: Any, dtype: str) -> Any:
    """A copy of the Keras loss that computes in `dtype`."""
    made = copy.copy(loss)
    made._dtype = dtype
    return made
