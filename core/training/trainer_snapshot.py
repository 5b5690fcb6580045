"""A copy of a trainer's state, which probes read while training goes on in another thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.training.flat_weights import flatten, parameter_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import tensorflow as tf

    from core.objectives.objective import Objective, StatefulObjective
    from core.optimizers.weight_masks import NextMasks


@dataclass(frozen=True, eq=False)  # each one is an event of its own
class TrainerSnapshot:
    """A trainer after `step` updates: `weights` and `state` are the values of its objective's variables.

    `moments` are the optimizer's by symbol, one tensor a variable; `hyper` its live settings as the next
    update will use them, `clip_norm` what gradients are cut to, and `loss_scale` what the loss is multiplied by
    when they are taken, which is 1 but for float16; `rows` are the examples of that update, int32 (None: all).
    `masks` are those that hold zeros among the weights, None where nothing is pruned.
    The tensors share the variables' memory until the next update writes elsewhere.
    """

    step: int
    objective: Objective | StatefulObjective
    weights: Sequence[tf.Tensor]
    state: Sequence[tf.Tensor]
    moments: Mapping[str, Sequence[tf.Tensor]]
    hyper: Mapping[str, float]
    rows: np.ndarray | None
    clip_norm: float | None
    loss_scale: float = 1.0
    masks: NextMasks | None = None

    @property
    def values(self) -> list[tf.Tensor]:
        """Weights and state, as `ModelObjective.predict` and `StatelessFunction` take them."""
        return [*self.weights, *self.state]

    @property
    def n_parameters(self) -> int:
        """The number of weights."""
        return parameter_count(self.weights)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the weights."""
        return [tuple(weight.shape) for weight in self.weights]

    def slots(self) -> dict[str, np.ndarray]:
        """The optimizer's moments by symbol, each flat over the parameters, float64."""
        return {symbol: flatten(tensors, float) for symbol, tensors in self.moments.items()}
