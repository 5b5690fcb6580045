"""An optimizer of the menu: how Keras builds it, and what each of its updates is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


Hyper = Mapping[str, float]


@dataclass(frozen=True)
class OptimizerState:
    """What an optimizer knows when it takes a step; arrays are float64, one entry per parameter."""

    parameters: np.ndarray
    gradient: np.ndarray
    slots: Mapping[str, np.ndarray]  # the moments kept from earlier steps
    updates_done: int
    hyper: Hyper


@dataclass(frozen=True)
class UpdateTerms:
    """What one update is made of; arrays are float64, one entry per parameter."""

    update: np.ndarray
    momentum: np.ndarray | None = None  # the part of the update owed to earlier gradients
    preconditioner: np.ndarray | float = 1.0  # P in the update -rate * P * gradient
    numbers: Mapping[str, np.ndarray | float] = field(default_factory=dict)  # what the formula shows


@dataclass(frozen=True)
class Dynamics:
    """An optimizer on a quadratic as heavy-ball or Nesterov momentum: what decides its stability.

    With e the distance to the minimum along an eigenvector, a = rate_scale * learning_rate and q = 1 - a k:
    heavy ball e' = (1 + momentum - a k) e - momentum e_before;
    Nesterov e' = (1 + momentum) q e - momentum q e_before.
    """

    momentum: float = 0.0
    nesterov: bool = False
    rate_scale: float = 1.0


@dataclass(frozen=True)
class Optimizer:
    """An optimizer of the menu and the settings that it uses."""

    label: str
    fields: tuple[str, ...]
    source: str
    make: Callable[[Hyper], keras.optimizers.Optimizer]
    slots: Mapping[str, str]  # symbol -> attribute of the Keras optimizer
    terms: Callable[[OptimizerState], UpdateTerms]
    dynamics: Callable[[Hyper], Dynamics | None]  # None: no linear stability limit
    rule: str  # LaTeX
    substituted: str  # LaTeX with \text{@symbol} where a live number goes
    proportional: bool = True  # the update is the learning rate times something without it

    @property
    def hyperparameters(self) -> tuple[str, ...]:
        """The names of the settings that apply to the run in progress."""
        return tuple(name for name in self.fields if name != "initial_accumulator_value")

    def build(self, settings: Hyper) -> keras.optimizers.Optimizer:
        """A fresh Keras optimizer whose live settings are variables, so that no change recompiles.

        `settings` has a value for each of `fields`.
        """
        optimizer = self.make(settings)
        for name in self.hyperparameters:
            value = settings[name]
            if name != "learning_rate":  # Keras keeps that one in a variable already
                setattr(optimizer, name, _knob(name, value))
        return optimizer


def _knob(name: str, value: float) -> keras.Variable:
    """A variable that Keras' own `if self.momentum != 0` takes for a number that is not zero.

    That question is asked while tracing; a momentum of zero must still trace the branch with momentum.
    """
    import keras

    class Knob(keras.Variable):
        def __ne__(self, other: object) -> bool:  # Keras returns a tensor here
            return True

        __hash__ = keras.Variable.__hash__

    return Knob(value, dtype="float32", trainable=False, name=name)
