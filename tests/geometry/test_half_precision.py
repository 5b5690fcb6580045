"""Probes of a model in mixed float16 find what they find in float32, where small derivatives vanish unless scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.model_step_view import NextStepProbe
from core.geometry.sharpness import SharpnessProbe
from core.learning.model_objective import ModelObjective
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_trainer

if TYPE_CHECKING:
    from core.training.trainer import Trainer

RNG = np.random.default_rng(6)
X = RNG.normal(size=(40, 5)).astype("float32")
Y = np.tanh(X @ RNG.normal(size=(5, 1))).astype("float32")
SMALL = 1e-7  # of an ordinary loss: float16 has no number between 0 and 6e-8
TOLERANCE = 0.02  # float16 has 11 bits, 5e-4; Adam divides by single gradients, of which the smallest have fewer
OVERFLOWING = 2.0**40


def net(policy: str) -> keras.Model:
    keras.utils.set_random_seed(8)
    keras.config.set_dtype_policy(policy)
    try:
        inner = [keras.layers.Dense(12, "tanh") for _layer in range(2)]
        return keras.Sequential([keras.Input((5,)), *inner, keras.layers.Dense(1, dtype="float32")])
    finally:
        keras.config.set_dtype_policy("float32")


def small(y: Any, outputs: Any) -> Any:
    return SMALL * keras.ops.mean((y - outputs) ** 2, axis=-1)


def trainer_of(policy: str, optimizer: str, loss: Any) -> Trainer:
    config = TrainingConfig(problem="csv", optimizer=optimizer, learning_rate=0.01)
    return build_trainer(config, ModelObjective(net(policy), X, Y, loss))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("loss", ["mse", small], ids=["an ordinary loss", "a small loss"])
def test_the_next_step_is_that_of_float32(optimizer: str, loss: Any) -> None:
    half, full = (
        NextStepProbe(OPTIMIZERS[optimizer]).look(trainer_of(policy, optimizer, loss).snapshot())
        for policy in ("mixed_float16", "float32")
    )
    assert half.predicted == pytest.approx(full.predicted, rel=TOLERANCE)
    assert half.quadratic == pytest.approx(np.interp(half.positions, full.positions, full.quadratic), rel=TOLERANCE)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("loss", ["mse", small], ids=["an ordinary loss", "a small loss"])
def test_the_sharpness_is_that_of_float32(optimizer: str, loss: Any) -> None:
    half, full = (
        SharpnessProbe(OPTIMIZERS[optimizer]).settle(trainer_of(policy, optimizer, loss).snapshot())
        for policy in ("mixed_float16", "float32")
    )
    assert half.eigenvalue == pytest.approx(full.eigenvalue, rel=TOLERANCE)


def test_a_scale_at_which_derivatives_overflow_is_halved_until_they_do_not() -> None:
    trainer = trainer_of("mixed_float16", "sgd", "mse")
    expected = NextStepProbe(OPTIMIZERS["sgd"]).look(trainer.snapshot())
    trainer.optimizer.dynamic_scale.assign(OVERFLOWING)
    found = NextStepProbe(OPTIMIZERS["sgd"]).look(trainer.snapshot())
    assert found.predicted == pytest.approx(expected.predicted, rel=TOLERANCE)
