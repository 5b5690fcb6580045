"""Gradient descent, alone and with momentum: the rules in NumPy float64 and their entries in the menu.

Keras takes the steps. These are the same rules; they explain a step (its formula, its momentum part, its
preconditioner) and the tests hold them against Keras.
"""

from __future__ import annotations

from core.language import N_
from core.optimizers.hyperparameters import LEARNING_RATE, MOMENTUM
from core.optimizers.optimizer import Dynamics, Hyper, Optimizer, OptimizerState, Pace, UpdateTerms, of_keras


def _sgd_terms(s: OptimizerState) -> UpdateTerms:
    return UpdateTerms(-s.hyper["learning_rate"] * s.gradient)


def _momentum_terms(s: OptimizerState) -> UpdateTerms:
    carried = s.hyper["momentum"] * s.slots["v"]
    velocity = carried - s.hyper["learning_rate"] * s.gradient
    return UpdateTerms(velocity, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def _nesterov_terms(s: OptimizerState) -> UpdateTerms:
    step = s.hyper["learning_rate"] * s.gradient
    velocity = s.hyper["momentum"] * s.slots["v"] - step
    carried = s.hyper["momentum"] * velocity
    return UpdateTerms(carried - step, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def _heavy_ball(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"])


def _nesterov(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"], nesterov=True)


SGD = Optimizer(
    label=N_("SGD"),
    source="Robbins and Monro, 1951",
    hyperparameters=(LEARNING_RATE,),
    make=of_keras("SGD"),
    terms=_sgd_terms,
    rule=r"\theta_{t+1} = \theta_t - \alpha \nabla L",
    substituted=r"\text{@theta} - \text{@learning_rate} \times \text{@g} = \text{@next}",
    threshold=N_("2 / learning rate"),
    pace=Pace(model=30),
    additive=True,
)
# The value 0.5 only makes Keras accept momentum; a variable replaces it before anything is built.
SGD_WITH_MOMENTUM = Optimizer(
    label=N_("SGD with momentum"),
    source="Polyak, 1964",
    hyperparameters=(LEARNING_RATE, MOMENTUM),
    make=of_keras("SGD", momentum=0.5),
    slots={"v": "momentums"},
    terms=_momentum_terms,
    rule=r"v_{t+1} = \mu v_t - \alpha \nabla L, \quad \theta_{t+1} = \theta_t + v_{t+1}",
    substituted=(
        r"\text{@theta} + (\text{@momentum} \times \text{@v} - \text{@learning_rate} \times \text{@g}) = \text{@next}"
    ),
    quantities={"momentum": "momentum", "v": "momentum", "v_next": "momentum"},
    dynamics=_heavy_ball,
    threshold=N_("2 (1 + μ) / learning rate"),
    proportional=False,
    pace=Pace(model=5),
    additive=True,
)
NESTEROV = Optimizer(
    label=N_("Nesterov momentum"),
    source="Nesterov, 1983; Sutskever et al., 2013",
    hyperparameters=(LEARNING_RATE, MOMENTUM),
    make=of_keras("SGD", momentum=0.5, nesterov=True),
    slots={"v": "momentums"},
    terms=_nesterov_terms,
    rule=r"v_{t+1} = \mu v_t - \alpha \nabla L, \quad \theta_{t+1} = \theta_t + \mu v_{t+1} - \alpha \nabla L",
    substituted=(
        r"\text{@theta} + \text{@momentum} \times \text{@v_next} - "
        r"\text{@learning_rate} \times \text{@g} = \text{@next}"
    ),
    quantities={"momentum": "momentum", "v": "momentum", "v_next": "momentum"},
    dynamics=_nesterov,
    proportional=False,
    pace=Pace(model=5, surface=0.5),
    additive=True,
)
