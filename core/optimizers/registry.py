"""The optimizers of the menu. A definition, which carries all its facts, and a line here add one.

>>> OPTIMIZERS["nesterov"].names, OPTIMIZERS["adam"].dynamics({"beta_1": 0.75})
(('learning_rate', 'momentum'), Dynamics(momentum=0.75, nesterov=False, rate_scale=0.25))
>>> import numpy as np
>>> from core.optimizers.optimizer import OptimizerState
>>> theta, gradient, velocity = np.array([1.0, 2.0]), np.array([4.0, 0.0]), np.array([0.0, 0.2])
>>> hyper = {"learning_rate": 0.01, "momentum": 0.9}
>>> OPTIMIZERS["momentum"].terms(OptimizerState(theta, gradient, {"v": velocity}, 7, hyper)).update
array([-0.04,  0.18])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.field import Field, each_once
from core.optimizers.adaptive import ADAGRAD, ADAM, ADAMW, RMSPROP
from core.optimizers.gradient_descent import NESTEROV, SGD, SGD_WITH_MOMENTUM
from core.optimizers.hyperparameters import SHARED
from core.optimizers.sign_descent import LION

if TYPE_CHECKING:
    from core.optimizers.optimizer import Optimizer

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": SGD,
    "momentum": SGD_WITH_MOMENTUM,
    "nesterov": NESTEROV,
    "adagrad": ADAGRAD,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAMW,
    "lion": LION,
}


def hyperparameters() -> tuple[Field, ...]:
    """The hyperparameters of all optimizers, each once: those that are shared first, then each optimizer's own.

    Raises:
        ValueError: if two optimizers mean different things by one name.
    """
    return each_once(
        (*SHARED, *(setting for optimizer in OPTIMIZERS.values() for setting in optimizer.hyperparameters))
    )
