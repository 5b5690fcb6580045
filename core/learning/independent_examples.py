"""Short batches that are padded: the padding's weight is zero, which is exact where examples do not affect each other.

An epoch's last batch is often short. A compiled program has one batch size, so that a second size takes a second
program: measured, a character decoder's took 8.9 s of the machine to compile instead of 5.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
from keras.src.losses.losses import LossFunctionWrapper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEVER = (keras.layers.Lambda, keras.layers.BatchNormalization)
OWN_MODULES = ("keras.", "core.models.")
BY_NUMBER = {"Add", "Subtract", "Multiply", "Divide"}  # operations between layers that take each number by itself
WHOLE_BATCH = {"circle", "dice", "tversky"}  # Keras' losses that compare the examples of a batch


def padded_batch(rows: tf.Tensor, dtype: str, axes: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the examples to compute a batch with, and their weights.

    With weights w_i = b / n for the n examples of a batch and 0 for its padding, the mean of w_i l_i over all b
    is the mean loss of the n.

    Args:
        rows: (b,) int32, at least one of them an example; -1 is padding.
        dtype: That of the weights.
        axes: How many axes the losses of a batch have: 2 where each place of a sequence has a loss.

    Returns:
        Rows (b,), padding replaced by the batch's first example, so that no loss overflows but those of the batch,
        and weights (b, 1, ...) with that many axes, all 1 where nothing is padded.
    """
    real = rows >= 0
    weights = tf.cast(real, dtype)
    weights *= rows.shape[0] / tf.reduce_sum(weights)
    return tf.where(real, rows, rows[0]), tf.reshape(weights, [-1, *[1] * (axes - 1)])


def loss_axes(model: keras.Model) -> int:
    """Return how many axes Keras' losses of a batch of outputs have; 0 where outputs differ in it or are not known."""
    axes = {len(output.shape) - 1 for output in getattr(model, "outputs", None) or ()}
    return axes.pop() if len(axes) == 1 else 0


def may_be_independent(model: keras.Model, losses: Iterable[Any]) -> bool:
    """Return False if the outputs or the loss of an example could depend on the other examples of its batch.

    True means that `model` is made of Keras' layers and the families', none of which normalizes by the batch or adds a
    loss, and that `losses` are Keras' own. Layers may still draw numbers, and an axis may be that of the examples:
    compare the loss and the state of a padded batch as well.
    """
    return all(map(_takes_each_example, _parts(model))) and all(map(_is_of_each_example, losses))


def _parts(model: keras.Model) -> Iterator[Any]:
    """The model, all layers inside it and the operations between them."""
    for layer in model._flatten_layers():
        yield layer
        yield from (part for part in getattr(layer, "operations", ()) if not isinstance(part, keras.Layer))


def _takes_each_example(part: Any) -> bool:
    if not isinstance(part, keras.Layer):
        return type(part).__name__ in BY_NUMBER
    if isinstance(part, NEVER) or getattr(part, "activity_regularizer", None) is not None:
        return False
    return _is_own(type(part)) and _is_own(getattr(part, "activation", None) or keras.activations.linear)


def _is_of_each_example(loss: Any) -> bool:
    return isinstance(loss, LossFunctionWrapper) and _is_own(loss.fn) and loss.fn.__name__ not in WHOLE_BATCH


def _is_own(made: Any) -> bool:
    """True if the class, function or layer is Keras' or a family's."""
    return getattr(made, "__module__", type(made).__module__).startswith(OWN_MODULES)
