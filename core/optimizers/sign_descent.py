"""Lion, which moves every coordinate by the learning rate: its rule in NumPy float64 and its entry in the menu."""

from __future__ import annotations

import numpy as np

from core.language import N_
from core.optimizers.hyperparameters import BETA_1, BETA_2, LEARNING_RATE
from core.optimizers.optimizer import Hyper, Optimizer, OptimizerState, Pace, UpdateTerms, of_keras


def _lion_terms(s: OptimizerState) -> UpdateTerms:
    mixed = s.hyper["beta_1"] * s.slots["m"] + (1 - s.hyper["beta_1"]) * s.gradient
    return UpdateTerms(-s.hyper["learning_rate"] * np.sign(mixed), numbers={"c": mixed})


def _no_dynamics(hyper: Hyper) -> None:
    """None: the size of the gradient does not matter, so a quadratic has no linear stability limit."""
    return None


LION = Optimizer(
    label=N_("Lion"),
    source="Chen et al., 2023",
    hyperparameters=(LEARNING_RATE, BETA_1, BETA_2),
    make=of_keras("Lion"),
    slots={"m": "_momentums"},
    terms=_lion_terms,
    rule=r"c = \beta_1 m_t + (1 - \beta_1) \nabla L, \quad \theta_{t+1} = \theta_t - \alpha \, \mathrm{sign}(c)",
    substituted=r"\text{@theta} - \text{@learning_rate} \times \mathrm{sign}(\text{@c}) = \text{@next}",
    quantities={"m": "momentum", "c": "momentum"},
    pace=Pace(model=0.3, way=0.01),
    dynamics=_no_dynamics,
    without_limit=N_("Each coordinate moves by the learning rate at every step, whatever the gradient's size."),
)
