"""The update rules in NumPy float64, coordinate by coordinate, and how each behaves on a quadratic.

Keras takes the steps. These are the same rules; they explain a step (its formula, its momentum part, its
preconditioner) and the tests hold them against Keras.
"""

from __future__ import annotations

import numpy as np

from core.optimizers.optimizer import Dynamics, Hyper, OptimizerState, UpdateTerms


def sgd_terms(s: OptimizerState) -> UpdateTerms:
    return UpdateTerms(-s.hyper["learning_rate"] * s.gradient)


def momentum_terms(s: OptimizerState) -> UpdateTerms:
    carried = s.hyper["momentum"] * s.slots["v"]
    velocity = carried - s.hyper["learning_rate"] * s.gradient
    return UpdateTerms(velocity, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def nesterov_terms(s: OptimizerState) -> UpdateTerms:
    step = s.hyper["learning_rate"] * s.gradient
    velocity = s.hyper["momentum"] * s.slots["v"] - step
    carried = s.hyper["momentum"] * velocity
    return UpdateTerms(carried - step, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def adagrad_terms(s: OptimizerState) -> UpdateTerms:
    total = s.slots["G"] + s.gradient**2
    scale = 1 / np.sqrt(total + s.hyper["epsilon"])
    return UpdateTerms(-s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"G_next": total})


def rmsprop_terms(s: OptimizerState) -> UpdateTerms:
    mean_square = s.hyper["rho"] * s.slots["v"] + (1 - s.hyper["rho"]) * s.gradient**2
    scale = 1 / np.sqrt(mean_square + s.hyper["epsilon"])
    return UpdateTerms(
        -s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"v_next": mean_square}
    )


def adam_terms(s: OptimizerState) -> UpdateTerms:
    rate, beta_1, beta_2 = (s.hyper[n] for n in ("learning_rate", "beta_1", "beta_2"))
    t = s.updates_done + 1
    carried = beta_1 * s.slots["m"]
    mean = carried + (1 - beta_1) * s.gradient
    mean_square = beta_2 * s.slots["v"] + (1 - beta_2) * s.gradient**2
    # Keras adds epsilon to the root before the bias correction (Kingma and Ba, end of section 2).
    scale = np.sqrt(1 - beta_2**t) / (np.sqrt(mean_square) + s.hyper["epsilon"])
    bias = 1 - beta_1**t
    hats = {"m_hat": mean / bias, "v_hat": mean_square / (1 - beta_2**t)}
    return UpdateTerms(-rate * scale * mean / bias, -rate * scale * carried / bias, scale, hats)


def adamw_terms(s: OptimizerState) -> UpdateTerms:
    adam = adam_terms(s)
    decay = -s.hyper["learning_rate"] * s.hyper["weight_decay"] * s.parameters
    return UpdateTerms(adam.update + decay, adam.momentum, adam.preconditioner, adam.numbers)


def lion_terms(s: OptimizerState) -> UpdateTerms:
    mixed = s.hyper["beta_1"] * s.slots["m"] + (1 - s.hyper["beta_1"]) * s.gradient
    return UpdateTerms(-s.hyper["learning_rate"] * np.sign(mixed), numbers={"c": mixed})


def plain(hyper: Hyper) -> Dynamics:
    return Dynamics()


def heavy_ball(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"])


def nesterov_momentum(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"], nesterov=True)


def averaged(hyper: Hyper) -> Dynamics:
    """Adam with its preconditioner frozen: heavy ball with the gradient weighted by 1 - beta_1.

    Source: Cohen et al., Adaptive gradient methods at the edge of stability, 2022.
    """
    return Dynamics(hyper["beta_1"], rate_scale=1 - hyper["beta_1"])


def unbounded(hyper: Hyper) -> None:
    return None
