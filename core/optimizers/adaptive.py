"""Optimizers that scale each coordinate by its past gradients: the rules in NumPy float64 and their menu entries.

Keras takes the steps. These are the same rules; they explain a step (its formula, its momentum part, its
preconditioner) and the tests hold them against Keras.
"""

from __future__ import annotations

import numpy as np

from core.field import Field
from core.language import N_
from core.optimizers.hyperparameters import BETA_1, BETA_2, EPSILON, LEARNING_RATE, RHO, WEIGHT_DECAY
from core.optimizers.optimizer import Dynamics, Hyper, Optimizer, OptimizerState, Pace, UpdateTerms, of_keras

INITIAL_ACCUMULATOR_VALUE = Field(
    name="initial_accumulator_value",
    label=N_("Initial accumulator"),
    default=0.1,
    kind="float",
    low=0,
    high=10,
    help=N_("What the sum of squared gradients starts from."),
    advice=N_("Lower it and the first steps become longer."),
)


def _adagrad_terms(s: OptimizerState) -> UpdateTerms:
    total = s.slots["G"] + s.squared_gradient
    scale = 1 / np.sqrt(total + s.hyper["epsilon"])
    return UpdateTerms(-s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"G_next": total})


def _rmsprop_terms(s: OptimizerState) -> UpdateTerms:
    mean_square = s.hyper["rho"] * s.slots["v"] + (1 - s.hyper["rho"]) * s.squared_gradient
    scale = 1 / np.sqrt(mean_square + s.hyper["epsilon"])
    return UpdateTerms(
        -s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"v_next": mean_square}
    )


def _adam_terms(s: OptimizerState) -> UpdateTerms:
    rate, beta_1, beta_2 = (s.hyper[n] for n in ("learning_rate", "beta_1", "beta_2"))
    t = s.updates_done + 1
    carried = beta_1 * s.slots["m"]
    mean = carried + (1 - beta_1) * s.gradient
    mean_square = beta_2 * s.slots["v"] + (1 - beta_2) * s.squared_gradient
    # Keras adds epsilon to the root before the bias correction (Kingma and Ba, end of section 2).
    scale = np.sqrt(1 - beta_2**t) / (np.sqrt(mean_square) + s.hyper["epsilon"])
    bias = 1 - beta_1**t
    hats = {"m_hat": mean / bias, "v_hat": mean_square / (1 - beta_2**t)}
    return UpdateTerms(-rate * scale * mean / bias, -rate * scale * carried / bias, scale, hats)


def _adamw_terms(s: OptimizerState) -> UpdateTerms:
    adam = _adam_terms(s)
    decay = -s.hyper["learning_rate"] * s.hyper["weight_decay"] * s.parameters
    return UpdateTerms(adam.update + decay, adam.momentum, adam.preconditioner, adam.numbers)


def _averaged(hyper: Hyper) -> Dynamics:
    """Adam with its preconditioner frozen: heavy ball with the gradient weighted by 1 - beta_1.

    Source: Cohen et al., Adaptive gradient methods at the edge of stability, 2022.
    """
    return Dynamics(hyper["beta_1"], rate_scale=1 - hyper["beta_1"])


_ADAM_LINE = (
    r"\text{@theta} - \text{@learning_rate} \frac{\text{@m_hat}}{\sqrt{\text{@v_hat}} + \hat\epsilon} = \text{@next}"
)
_SCALED_LINE = (
    r"\text{@theta} - \frac{\text{@learning_rate} \times \text{@g}}{\sqrt{\text{@v_next} + \epsilon}} = \text{@next}"
)

ADAGRAD = Optimizer(
    label=N_("Adagrad"),
    source="Duchi et al., 2011",
    hyperparameters=(LEARNING_RATE, INITIAL_ACCUMULATOR_VALUE, EPSILON),
    make=of_keras("Adagrad"),
    slots={"G": "_accumulators"},
    terms=_adagrad_terms,
    rule=(
        r"G_{t+1} = G_t + (\nabla L)^2, \quad "
        r"\theta_{t+1} = \theta_t - \frac{\alpha \nabla L}{\sqrt{G_{t+1} + \epsilon}}"
    ),
    substituted=_SCALED_LINE.replace("@v_next", "@G_next"),
    threshold=N_("2 / learning rate"),
    pace=Pace(model=10, way=0.3),
    preconditions=True,
)
RMSPROP = Optimizer(
    label=N_("RMSprop"),
    source="Tieleman and Hinton, 2012",
    hyperparameters=(LEARNING_RATE, RHO, EPSILON),
    make=of_keras("RMSprop"),
    slots={"v": "_velocities"},
    terms=_rmsprop_terms,
    rule=(
        r"v_{t+1} = \rho v_t + (1 - \rho) (\nabla L)^2, \quad"
        r" \theta_{t+1} = \theta_t - \frac{\alpha \nabla L}{\sqrt{v_{t+1} + \epsilon}}"
    ),
    substituted=_SCALED_LINE,
    threshold=N_("2 / learning rate"),
    pace=Pace(way=0.01),
    preconditions=True,
)
ADAM = Optimizer(
    label=N_("Adam"),
    source="Kingma and Ba, 2015",
    hyperparameters=(LEARNING_RATE, BETA_1, BETA_2, EPSILON),
    make=of_keras("Adam"),
    slots={"m": "_momentums", "v": "_velocities"},
    terms=_adam_terms,
    rule=r"\theta_{t+1} = \theta_t - \alpha \frac{\hat m}{\sqrt{\hat v} + \hat\epsilon}",
    substituted=_ADAM_LINE,
    quantities={"m": "momentum", "m_hat": "momentum"},
    dynamics=_averaged,
    pace=Pace(way=0.05),
    preconditions=True,
)
ADAMW = Optimizer(
    label=N_("AdamW"),
    source="Loshchilov and Hutter, 2019",
    hyperparameters=(LEARNING_RATE, BETA_1, BETA_2, EPSILON, WEIGHT_DECAY),
    make=of_keras("AdamW"),
    slots={"m": "_momentums", "v": "_velocities"},
    terms=_adamw_terms,
    rule=r"\theta_{t+1} = \theta_t - \alpha \lambda \theta_t - \alpha \frac{\hat m}{\sqrt{\hat v} + \hat\epsilon}",
    substituted=_ADAM_LINE.replace(
        r"\text{@theta} -",
        r"\text{@theta} - \text{@learning_rate} \times \text{@weight_decay} \times \text{@theta_factor} -",
    ),
    quantities={"m": "momentum", "m_hat": "momentum"},
    dynamics=_averaged,
    pace=Pace(way=0.05),
    preconditions=True,
)
