"""The settings of a run that a compiled optimizer stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    import keras

# By the class of the optimizer: its name in the menu, and the settings that the page has a control for.
KNOWN = {
    "SGD": ("sgd", ()),
    "Adam": ("adam", ("beta_1", "beta_2", "epsilon")),
    "AdamW": ("adamw", ("beta_1", "beta_2", "epsilon", "weight_decay")),
    "RMSprop": ("rmsprop", ("rho", "epsilon")),
    "Adagrad": ("adagrad", ("initial_accumulator_value", "epsilon")),
    "Lion": ("lion", ("beta_1", "beta_2")),
}
SAID_ELSEWHERE = frozenset({"name", "learning_rate", "momentum", "nesterov", "global_clipnorm"})
WITHOUT_EFFECT = frozenset({"ema_momentum", "ema_overwrite_frequency"})  # unless use_ema is set
OF_ZERO = frozenset({"weight_decay", "momentum", "clipnorm", "clipvalue"})  # 0 and None are alike
SCALED = "LossScaleOptimizer"  # around the optimizer of a model with mixed_float16
PLAIN_SCALING = {"initial_scale": 2.0**15, "dynamic_growth_steps": 2000}


def settings_of(optimizer: keras.optimizers.Optimizer | None) -> dict[str, object]:
    """The settings of a TrainingConfig that make the same updates as `optimizer`; {} for None.

    Raises:
        ConfigError: It has a setting that the page does not have; the sentence names it.
    """
    if optimizer is None:
        return {}
    if type(optimizer).__name__ == SCALED:
        _refuse_others(SCALED, optimizer.get_config(), PLAIN_SCALING)
        optimizer = optimizer.inner_optimizer
    kind = type(optimizer).__name__
    if kind not in KNOWN:
        raise _refused(kind)
    name, settings = KNOWN[kind]
    config = optimizer.get_config()
    rate = config["learning_rate"]  # Keras holds a float32: 0.001 has become 0.0010000000475
    if not isinstance(rate, int | float):
        raise _refused(_("{optimizer} with a schedule of Keras", optimizer=kind))
    _refuse_others(kind, config, _plain(optimizer, settings))
    if config.get("weight_decay") and _spares_some(optimizer):
        raise _refused(_("{optimizer} with {setting}", optimizer=kind, setting="exclude_from_weight_decay"))
    found = {"learning_rate": float(str(np.float32(rate))), "clip_norm": config.get("global_clipnorm")}
    found |= {setting: config[setting] for setting in settings}
    return {"optimizer": name, **found, **(_momentum(config) if kind == "SGD" else {})}


def _plain(optimizer: keras.optimizers.Optimizer, settings: tuple[str, ...]) -> dict[str, Any]:
    """Keras' own values of all settings that the page has no control for; another value is another rule."""
    spoken_for = {*settings, *SAID_ELSEWHERE, *WITHOUT_EFFECT}
    if type(optimizer).__name__ != "SGD":
        spoken_for -= {"momentum"}
    return {name: value for name, value in type(optimizer)().get_config().items() if name not in spoken_for}


def _spares_some(optimizer: keras.optimizers.Optimizer) -> bool:
    """True if some weights were exempted from weight decay, which no config tells."""
    named = getattr(optimizer, "_exclude_from_weight_decay", None)
    return bool(named or getattr(optimizer, "_exclude_from_weight_decay_pattern", None))


def _refuse_others(kind: str, config: dict[str, Any], plain: dict[str, Any]) -> None:
    """Raises ConfigError if `config` has another value than `plain` for one of its settings."""
    for setting, value in plain.items():
        given = config.get(setting, value)
        if given != value and not (setting in OF_ZERO and not given and not value):
            raise _refused(_("{optimizer} with {setting}", optimizer=kind, setting=setting))


def _momentum(config: dict[str, Any]) -> dict[str, object]:
    if not config["momentum"]:
        return {}
    return {"optimizer": "nesterov" if config["nesterov"] else "momentum", "momentum": config["momentum"]}


def _refused(what: str) -> ConfigError:
    return ConfigError(
        _(
            "The model was compiled with {what}, which the page cannot use: choose an optimizer by "
            'Dashboard(TrainingConfig(optimizer="adam"), model=…), or train it with model.fit.',
            what=what,
        )
    )
