"""The protocols of objectives: an initial point, a loss on a batch, and what is known about the minimum.

An objective states its loss twice: `loss` in TensorFlow, which the trainer differentiates and compiles,
and `value` in NumPy float64, which draws surfaces and lines without waiting for TensorFlow. Tests hold
the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import numpy as np
    import tensorflow as tf


Range = tuple[float, float]


class Objective(Protocol):
    """The part of an objective that a trainer needs."""

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss of the variables' `values` on the examples `rows`; None means all, -1 means no row."""


@runtime_checkable
class StatefulObjective(Protocol):
    """An objective with variables of its own, some of which its loss changes: batch-norm averages, seeds.

    It is given exactly the rows of a batch, without -1, unless it is said to be `padded`: a padded example would
    change the averages.
    """

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int
    variables: Sequence[keras.Variable]
    state: Sequence[keras.Variable]
    needs_loss_scaling: bool  # it computes in float16, where small gradients become 0
    reads_text: bool  # its data hold strings, at which a program of XLA ends the process

    def pads_short_batches(self) -> bool:
        """True if -1 among the rows of a batch may count for nothing."""

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss of the variables' `values` on the examples `rows`; None means all."""

    def loss_and_state(
        self, values: Sequence[tf.Tensor], rows: tf.Tensor | None, padded: bool = False
    ) -> tuple[tf.Tensor, Sequence[tf.Tensor]]:
        """The loss, and what `state` is after it; nothing is assigned. `padded` says that rows may be -1."""


class PlaneObjective(Protocol):
    """An objective of two parameters, so that its whole loss surface can be drawn."""

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int
    parameter_names: tuple[str, str]
    formula: str
    domain: tuple[Range, Range]
    minima: tuple[tuple[float, float], ...]
    minimum: float | None
    minimum_label: str

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss at `values[0]`, a (2,) tensor, on the examples `rows`."""

    def value(self, x: np.ndarray, y: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The same loss in float64 for arrays of first and second coordinates, shaped as they broadcast."""
