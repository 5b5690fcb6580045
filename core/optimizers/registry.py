"""The optimizers of the menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.optimizers import update_rules as rules
from core.optimizers.optimizer import Hyper, Optimizer

if TYPE_CHECKING:
    import keras


def _make_sgd(nesterov: bool, momentum: bool) -> Callable[[Hyper], keras.optimizers.Optimizer]:
    def make(settings: Hyper) -> keras.optimizers.Optimizer:
        import keras

        # The value 0.5 only makes Keras accept the setting; the knob replaces it before anything is built.
        return keras.optimizers.SGD(settings["learning_rate"], momentum=0.5 if momentum else 0.0, nesterov=nesterov)

    return make


def _make(class_name: str, *names: str) -> Callable[[Hyper], keras.optimizers.Optimizer]:
    def make(settings: Hyper) -> keras.optimizers.Optimizer:
        import keras

        chosen = {name: settings[name] for name in names}
        return getattr(keras.optimizers, class_name)(settings["learning_rate"], **chosen)

    return make


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
        rules.sgd_terms,
        rules.plain,
        r"\theta_{t+1} = \theta_t - \alpha \nabla L",
        r"\text{@theta} - \text{@learning_rate} \times \text{@g} = \text{@next}",
    ),
    "momentum": Optimizer(
        "SGD with momentum",
        ("learning_rate", "momentum"),
        "Polyak, 1964",
        _make_sgd(nesterov=False, momentum=True),
        {"v": "momentums"},
        rules.momentum_terms,
        rules.heavy_ball,
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
        rules.nesterov_terms,
        rules.nesterov_momentum,
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
        rules.adagrad_terms,
        rules.plain,
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
        rules.rmsprop_terms,
        rules.plain,
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
        rules.adam_terms,
        rules.averaged,
        r"\theta_{t+1} = \theta_t - \alpha \frac{\hat m}{\sqrt{\hat v} + \hat\epsilon}",
        _ADAM_LINE,
    ),
    "adamw": Optimizer(
        "AdamW",
        ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay"),
        "Loshchilov and Hutter, 2019",
        _make("AdamW", "weight_decay"),
        {"m": "_momentums", "v": "_velocities"},
        rules.adamw_terms,
        rules.averaged,
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
        rules.lion_terms,
        rules.unbounded,
        r"c = \beta_1 m_t + (1 - \beta_1) \nabla L, \quad \theta_{t+1} = \theta_t - \alpha \, \mathrm{sign}(c)",
        r"\text{@theta} - \text{@learning_rate} \times \mathrm{sign}(\text{@c}) = \text{@next}",
    ),
}
