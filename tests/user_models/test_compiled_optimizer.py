"""What a model was compiled with becomes the page's settings, or is refused by name."""

from __future__ import annotations

import keras
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.user_models.compiled_optimizer import settings_of

optimizers = keras.optimizers


@pytest.mark.parametrize(
    ("optimizer", "settings"),
    [
        (optimizers.SGD(0.1), {"optimizer": "sgd", "learning_rate": 0.1}),
        (optimizers.SGD(0.1, momentum=0.8), {"optimizer": "momentum", "momentum": 0.8}),
        (optimizers.SGD(0.1, momentum=0.8, nesterov=True), {"optimizer": "nesterov"}),
        (optimizers.Adam(3e-4, beta_2=0.99), {"optimizer": "adam", "learning_rate": 3e-4, "beta_2": 0.99}),
        (optimizers.AdamW(weight_decay=0.02), {"optimizer": "adamw", "weight_decay": 0.02}),
        (optimizers.RMSprop(global_clipnorm=2.0), {"optimizer": "rmsprop", "clip_norm": 2.0}),
        (optimizers.Adagrad(), {"optimizer": "adagrad"}),
        (optimizers.Lion(), {"optimizer": "lion", "beta_2": 0.99}),
        (optimizers.SGD(weight_decay=0.0, ema_momentum=0.5), {"optimizer": "sgd"}),
        (optimizers.LossScaleOptimizer(optimizers.Adam(0.01)), {"optimizer": "adam", "learning_rate": 0.01}),
    ],
)
def test_a_known_optimizer_becomes_settings(optimizer: keras.optimizers.Optimizer, settings: dict[str, object]) -> None:
    found = settings_of(optimizer)
    TrainingConfig(**found)  # type: ignore[arg-type]  # all of them are legal
    assert {name: found[name] for name in settings} == settings


def sparing_biases() -> keras.optimizers.Optimizer:
    optimizer = optimizers.AdamW(weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


@pytest.mark.parametrize(
    ("optimizer", "sentence"),
    [
        (optimizers.Adam(amsgrad=True), "Adam with amsgrad"),
        (optimizers.Nadam(), "compiled with Nadam"),
        (optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 10)), "SGD with a schedule of Keras"),
        (optimizers.SGD(gradient_accumulation_steps=4), "gradient_accumulation_steps"),
        (optimizers.SGD(clipnorm=1.0), "SGD with clipnorm"),
        (optimizers.RMSprop(momentum=0.9), "RMSprop with momentum"),
        (optimizers.Lion(weight_decay=0.1), "Lion with weight_decay"),
        (sparing_biases(), "AdamW with exclude_from_weight_decay"),
        (optimizers.LossScaleOptimizer(optimizers.SGD(0.1), 2.0), "LossScaleOptimizer with initial_scale"),
    ],
)
def test_what_the_page_does_not_have_is_refused(optimizer: keras.optimizers.Optimizer, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        settings_of(optimizer)


def test_a_model_that_was_not_compiled_says_nothing() -> None:
    assert settings_of(None) == {}
