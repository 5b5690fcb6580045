"""The optimizers: how Keras builds each, and what each of its updates is made of.

Keras takes the steps. The `terms` beside each optimizer are the same rule in NumPy float64, coordinate by
coordinate; they explain a step (its formula, its momentum part, its preconditioner) and the tests hold
them against Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

    from core.config.training_config import TrainingConfig

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
    """An optimizer of the menu and the settings of a `TrainingConfig` that it uses."""

    label: str
    fields: tuple[str, ...]
    source: str
    make: Callable[[TrainingConfig], keras.optimizers.Optimizer]
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

    def build(self, config: TrainingConfig) -> keras.optimizers.Optimizer:
        """A fresh Keras optimizer whose live settings are variables, so that no change recompiles."""
        optimizer = self.make(config)
        for name in self.hyperparameters:
            value = getattr(config, name)
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


def _sgd(s: OptimizerState) -> UpdateTerms:
    return UpdateTerms(-s.hyper["learning_rate"] * s.gradient)


def _momentum(s: OptimizerState) -> UpdateTerms:
    carried = s.hyper["momentum"] * s.slots["v"]
    velocity = carried - s.hyper["learning_rate"] * s.gradient
    return UpdateTerms(velocity, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def _nesterov(s: OptimizerState) -> UpdateTerms:
    step = s.hyper["learning_rate"] * s.gradient
    velocity = s.hyper["momentum"] * s.slots["v"] - step
    carried = s.hyper["momentum"] * velocity
    return UpdateTerms(carried - step, carried, numbers={"v": s.slots["v"], "v_next": velocity})


def _adagrad(s: OptimizerState) -> UpdateTerms:
    total = s.slots["G"] + s.gradient**2
    scale = 1 / np.sqrt(total + s.hyper["epsilon"])
    return UpdateTerms(-s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"G_next": total})


def _rmsprop(s: OptimizerState) -> UpdateTerms:
    mean_square = s.hyper["rho"] * s.slots["v"] + (1 - s.hyper["rho"]) * s.gradient**2
    scale = 1 / np.sqrt(mean_square + s.hyper["epsilon"])
    return UpdateTerms(
        -s.hyper["learning_rate"] * scale * s.gradient, preconditioner=scale, numbers={"v_next": mean_square}
    )


def _adam(s: OptimizerState) -> UpdateTerms:
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


def _adamw(s: OptimizerState) -> UpdateTerms:
    adam = _adam(s)
    decay = -s.hyper["learning_rate"] * s.hyper["weight_decay"] * s.parameters
    return UpdateTerms(adam.update + decay, adam.momentum, adam.preconditioner, adam.numbers)


def _lion(s: OptimizerState) -> UpdateTerms:
    mixed = s.hyper["beta_1"] * s.slots["m"] + (1 - s.hyper["beta_1"]) * s.gradient
    return UpdateTerms(-s.hyper["learning_rate"] * np.sign(mixed), numbers={"c": mixed})


def _make_sgd(nesterov: bool, momentum: bool) -> Callable[[TrainingConfig], keras.optimizers.Optimizer]:
    def make(config: TrainingConfig) -> keras.optimizers.Optimizer:
        import keras

        # The value 0.5 only makes Keras accept the setting; the knob replaces it before anything is built.
        return keras.optimizers.SGD(config.learning_rate, momentum=0.5 if momentum else 0.0, nesterov=nesterov)

    return make


def _make(class_name: str, *settings: str) -> Callable[[TrainingConfig], keras.optimizers.Optimizer]:
    def make(config: TrainingConfig) -> keras.optimizers.Optimizer:
        import keras

        chosen = {name: getattr(config, name) for name in settings}
        return getattr(keras.optimizers, class_name)(config.learning_rate, **chosen)

    return make


def _plain(hyper: Hyper) -> Dynamics:
    return Dynamics()


def _heavy_ball(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"])


def _nesterov_dynamics(hyper: Hyper) -> Dynamics:
    return Dynamics(hyper["momentum"], nesterov=True)


def _averaged(hyper: Hyper) -> Dynamics:
    """Adam with its preconditioner frozen: heavy ball with the gradient weighted by 1 - beta_1.

    Source: Cohen et al., Adaptive gradient methods at the edge of stability, 2022.
    """
    return Dynamics(hyper["beta_1"], rate_scale=1 - hyper["beta_1"])


def _unbounded(hyper: Hyper) -> None:
    return None


_ADAM_LINE = (
    r"\text{@theta} - \text{@learning_rate} \frac{\text{@m_hat}}{\sqrt{\text{@v_hat}} + \hat\epsilon} = \text{@next}"
)
_SCALED_LINE = (
    r"\text{@theta} - \frac{\text{@learning_rate} \times \text{@g}}{\sqrt{\text{@v_next} + \epsilon}} = \text{@next}"
)

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        "SGD",
        ("learning_rate",),
        "Robbins and Monro, 1951",
        _make_sgd(nesterov=False, momentum=False),
        {},
        _sgd,
        _plain,
        r"\theta_{t+1} = \theta_t - \alpha \nabla L",
        r"\text{@theta} - \text{@learning_rate} \times \text{@g} = \text{@next}",
    ),
    "momentum": Optimizer(
        "SGD with momentum",
        ("learning_rate", "momentum"),
        "Polyak, 1964",
        _make_sgd(nesterov=False, momentum=True),
        {"v": "momentums"},
        _momentum,
        _heavy_ball,
        r"v_{t+1} = \mu v_t - \alpha \nabla L, \quad \theta_{t+1} = \theta_t + v_{t+1}",
        r"\text{@theta} + (\text{@momentum} \times \text{@v} - \text{@learning_rate} \times \text{@g}) = \text{@next}",
        proportional=False,
    ),
    "nesterov": Optimizer(
        "Nesterov momentum",
        ("learning_rate", "momentum"),
        "Nesterov, 1983; Sutskever et al., 2013",
        _make_sgd(nesterov=True, momentum=True),
        {"v": "momentums"},
        _nesterov,
        _nesterov_dynamics,
        r"v_{t+1} = \mu v_t - \alpha \nabla L, \quad \theta_{t+1} = \theta_t + \mu v_{t+1} - \alpha \nabla L",
        r"\text{@theta} + \text{@momentum} \times \text{@v_next} - "
        r"\text{@learning_rate} \times \text{@g} = \text{@next}",
        proportional=False,
    ),
    "adagrad": Optimizer(
        "Adagrad",
        ("learning_rate", "initial_accumulator_value", "epsilon"),
        "Duchi et al., 2011",
        _make("Adagrad", "initial_accumulator_value"),
        {"G": "_accumulators"},
        _adagrad,
        _plain,
        r"G_{t+1} = G_t + (\nabla L)^2, \quad "
        r"\theta_{t+1} = \theta_t - \frac{\alpha \nabla L}{\sqrt{G_{t+1} + \epsilon}}",
        _SCALED_LINE.replace("@v_next", "@G_next"),
    ),
    "rmsprop": Optimizer(
        "RMSprop",
        ("learning_rate", "rho", "epsilon"),
        "Tieleman and Hinton, 2012",
        _make("RMSprop"),
        {"v": "_velocities"},
        _rmsprop,
        _plain,
        r"v_{t+1} = \rho v_t + (1 - \rho) (\nabla L)^2, \quad"
        r" \theta_{t+1} = \theta_t - \frac{\alpha \nabla L}{\sqrt{v_{t+1} + \epsilon}}",
        _SCALED_LINE,
    ),
    "adam": Optimizer(
        "Adam",
        ("learning_rate", "beta_1", "beta_2", "epsilon"),
        "Kingma and Ba, 2015",
        _make("Adam"),
        {"m": "_momentums", "v": "_velocities"},
        _adam,
        _averaged,
        r"\theta_{t+1} = \theta_t - \alpha \frac{\hat m}{\sqrt{\hat v} + \hat\epsilon}",
        _ADAM_LINE,
    ),
    "adamw": Optimizer(
        "AdamW",
        ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay"),
        "Loshchilov and Hutter, 2019",
        _make("AdamW", "weight_decay"),
        {"m": "_momentums", "v": "_velocities"},
        _adamw,
        _averaged,
        r"\theta_{t+1} = \theta_t - \alpha \lambda \theta_t - \alpha \frac{\hat m}{\sqrt{\hat v} + \hat\epsilon}",
        _ADAM_LINE.replace(
            r"\text{@theta} -",
            r"\text{@theta} - \text{@learning_rate} \times \text{@weight_decay} \times \text{@theta_factor} -",
        ),
    ),
    "lion": Optimizer(
        "Lion",
        ("learning_rate", "beta_1", "beta_2"),
        "Chen et al., 2023",
        _make("Lion"),
        {"m": "_momentums"},
        _lion,
        _unbounded,
        r"c = \beta_1 m_t + (1 - \beta_1) \nabla L, \quad \theta_{t+1} = \theta_t - \alpha \, \mathrm{sign}(c)",
        r"\text{@theta} - \text{@learning_rate} \times \mathrm{sign}(\text{@c}) = \text{@next}",
    ),
}
