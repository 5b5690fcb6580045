"""Masks: zeros of weights that stay zero under every optimizer.

A mask is the constraint of its variable, which Keras applies after each update whatever the rule, so that it holds
inside a compiled loop. It is a variable itself: other zeros, or more of them, compile nothing anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras
    import tensorflow as tf

MATRICES = ("kernel", "recurrent_kernel", "embeddings")  # names of weights that may be pruned; no bias, no scale


class Mask:
    """The constraint w -> m w of a variable, with m in {0, 1}."""

    def __init__(self, variable: keras.Variable, held: np.ndarray | None = None) -> None:
        """Makes a mask of ones the constraint of `variable`; where `held` is False, each later mask is too."""
        import tensorflow as tf

        self.variable, self._held = variable, held
        self.kept = tf.Variable(tf.ones(variable.shape, variable.dtype), trainable=False)
        variable.constraint = self

    def __call__(self, value: keras.Variable) -> tf.Tensor:
        """Returns the value with its zeros."""
        return value.value * self.kept if hasattr(value, "value") else value * self.kept

    def keep(self, kept: np.ndarray) -> None:
        """Makes `kept`, bool of the variable's shape, the mask, and the weights zero where it is False."""
        kept = kept if self._held is None else kept & self._held
        self.kept.assign(kept.astype(self.variable.dtype))
        self.variable.assign(self.variable.numpy() * kept)

    def lift(self) -> None:
        """Takes the mask off; the zeros are weights again."""
        self.variable.constraint = None


def prunable(model: keras.Model) -> list[keras.Variable]:
    """The weights of `model` that may be pruned: trainable matrices and convolution kernels."""
    return [variable for variable in model.trainable_variables if variable.name in MATRICES]


def magnitude_masks(values: Sequence[np.ndarray], sparsity: float, by_layer: bool = False) -> list[np.ndarray]:
    """Masks that keep the largest weights by magnitude.

    Args:
        values: The weights, arrays of any shapes.
        sparsity: The share that is not kept, 0 to 1; the count is rounded down.
        by_layer: True keeps the same share of each array; else one threshold serves all.

    Returns:
        Bool arrays of the same shapes; among equal weights the choice is arbitrary.
    """
    if by_layer:
        return [_largest([value], sparsity)[0] for value in values]
    return _largest(values, sparsity)


def _largest(values: Sequence[np.ndarray], sparsity: float) -> list[np.ndarray]:
    flat = np.concatenate([np.abs(value).ravel() for value in values])
    kept = np.ones(len(flat), bool)
    count = int(sparsity * len(flat) + 1e-9)  # 0.3 times 10 is a little less than 3
    if count:
        kept[np.argpartition(flat, count - 1)[:count]] = False
    ends = np.cumsum([value.size for value in values])
    parts = np.split(kept, ends[:-1])
    return [part.reshape(value.shape) for part, value in zip(parts, values, strict=True)]


class Masks:
    """Masks on all weights of a model that may be pruned."""

    def __init__(self, model: keras.Model, held: Mapping[str, np.ndarray] | None = None) -> None:
        """`held` are weights that are kept so far, by the path of their matrix: all others stay zero."""
        self._masks = [Mask(variable, (held or {}).get(variable.path)) for variable in prunable(model)]

    @property
    def names(self) -> list[str]:
        """The paths of the weights."""
        return [mask.variable.path for mask in self._masks]

    def prune(self, sparsity: float, by_layer: bool = False) -> None:
        """Zeroes the smallest weights, so that the share of zeros is `sparsity`.

        Weights that were zero are free, but for those that are held: of these there may be more.
        """
        values = [mask.variable.numpy() for mask in self._masks]
        for mask, kept in zip(self._masks, magnitude_masks(values, sparsity, by_layer), strict=True):
            mask.keep(kept)

    def prune_each(self, shares: Mapping[str, float]) -> None:
        """Zeroes the smallest weights of each layer, as large a share as `shares` has for their path."""
        for mask in self._masks:
            mask.keep(magnitude_masks([mask.variable.numpy()], shares[mask.variable.path])[0])

    def sparsity(self) -> float:
        """The share of zeros among the weights now."""
        values = [mask.variable.numpy() for mask in self._masks]
        return 1 - sum(np.count_nonzero(value) for value in values) / max(sum(value.size for value in values), 1)

    def lift(self) -> None:
        """Takes all masks off; the weights stay as they are."""
        for mask in self._masks:
            mask.lift()
