"""The loss along an update that a `fit` made."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from core.geometry.derivatives import Gradients
from core.geometry.model_step_view import line_along
from core.learning.memory import free_bytes
from core.learning.model_objective import ModelObjective
from core.optimizers.loss_scaling import loss_scale
from core.training.trainer_snapshot import TrainerSnapshot
from core.user_models.compiled import Compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import numpy as np

    from core.geometry.line_view import LineView
    from core.watching.fit_examples import FitExamples

COPIES = 8  # of the weights that a look holds
MOST_MEMORY = 0.2  # of what is free


class UpdateLine:
    """Looks along updates of a model by the loss it was compiled with; nothing is assigned."""

    def __init__(self, model: keras.Model, examples: FitExamples) -> None:
        """`model` is being fit; the losses are those of `examples`."""
        told = Compiled.of(model)
        self._objective = ModelObjective(
            model, examples.x, examples.y, told.loss, told.loss_weights, examples.weights, told.scales_loss
        )
        self._gradients = Gradients(self._objective)
        self._optimizer = model.optimizer

    @property
    def variables(self) -> list[keras.Variable]:
        """The weights that are trained."""
        return self._objective.variables

    def tracing_seconds(self) -> float:
        """Seconds that it takes to trace the loss: programs of its derivatives and of the line take some times that."""
        started = time.perf_counter()
        values = [tf.TensorSpec(variable.shape, variable.dtype) for variable in self.variables]
        tf.function(lambda values: self._objective.loss(values, None), autograph=False).get_concrete_function(values)
        return time.perf_counter() - started

    def look(self, before: Sequence[np.ndarray]) -> LineView:
        """The loss along the update that led from the weights `before` to the present ones."""
        weights = [tf.constant(values) for values in before]
        update = [variable.value - old for variable, old in zip(self.variables, weights, strict=True)]
        here = self._snapshot(weights)
        gradient, _squares = self._gradients.gradient_and_squares(weights, here.state, None, here.loss_scale)
        return line_along(self._gradients, here, update, gradient)

    def _snapshot(self, weights: Sequence[tf.Tensor]) -> TrainerSnapshot:
        state = [tf.identity(variable.value) for variable in self._objective.state]
        scale = loss_scale(self._optimizer) if self._objective.needs_loss_scaling else 1.0
        return TrainerSnapshot(0, self._objective, weights, state, {}, {}, None, None, scale)


def fits_memory(variables: Sequence[Any]) -> bool:
    """True if the weights `variables` are few enough for a look."""
    return COPIES * sum(4 * math.prod(v.shape) for v in variables) < MOST_MEMORY * free_bytes()
