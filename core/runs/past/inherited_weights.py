"""The weights that a model hands on to another run, and takes over from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import numpy as np

    from core.learning.model_objective import ModelObjective


def handed_weights(objective: ModelObjective) -> list[np.ndarray]:
    """Copies of the model's weights as they are, then of the averages it keeps beside them: batch statistics."""
    return [variable.numpy().copy() for variable in (*objective.variables, *_averages(objective))]


def inherit(objective: ModelObjective, weights: Sequence[np.ndarray]) -> None:
    """Gives the model these `weights` to begin with, in the order of `handed_weights`.

    A whole `Trainer.values` will do: counters of random numbers among what follows the weights are the model's own, and
    what an optimizer keeps is not read.

    Raises:
        ConfigError: They are those of another model.
    """
    count = len(objective.variables)
    averages = _averages(objective)
    beside = [value for value in weights[count:] if value.dtype.kind == "f"][: len(averages)]
    own = [*objective.variables, *averages]
    values = [*weights[:count], *beside]
    if [tuple(variable.shape) for variable in own] != [value.shape for value in values]:
        raise ConfigError(_("The weights of the run before do not fit this model; Reset begins with fresh ones."))
    for variable, value in zip(own, values, strict=True):
        variable.assign(value)
    objective.initial = tuple(variable.numpy() for variable in objective.variables)


def _averages(objective: ModelObjective) -> list[keras.Variable]:
    return [variable for variable in objective.state if "float" in str(variable.dtype)]
