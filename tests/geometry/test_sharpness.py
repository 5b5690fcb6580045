"""A model's largest eigenvalue by a few products, against NumPy's eigenvalues of the whole Hessian."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import TrainingConfig
from core.geometry.sharpness import SharpnessProbe
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.optimizers.registry import OPTIMIZERS
from core.training.trainer import Trainer

RNG = np.random.default_rng(7)
X = RNG.normal(size=(50, 3))
Y = np.sin(2 * X[:, :1]) + X[:, 1:2] ** 2


@cache
def trainer_of(optimizer: str, width: int = 3, dtype: str = "float64", **spec: Any) -> Trainer:
    """A trainer of a 3-3-1 tanh net, 16 numbers."""
    keras.utils.set_random_seed(11)
    model = MODELS["mlp"].build(ModelSpec((3,), 1, width=width, activation="tanh", dtype=dtype, **spec))
    rule = OPTIMIZERS[optimizer]
    config = TrainingConfig(optimizer=optimizer, learning_rate=0.03)
    return Trainer(ModelObjective(model, X, Y), rule.build(vars(config)), slots=rule.slots)


def at_step(steps: int, optimizer: str, **options: Any) -> Trainer:
    trainer = trainer_of(optimizer, **options)
    trainer.reset(trainer.objective.initial)
    trainer.advance(steps)
    return trainer


def gradient_and_hessian(trainer: Trainer, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Both of the loss on `rows` (None: all), flat, by a plain TensorFlow tape around another."""
    point = tf.concat([tf.reshape(v.value, [-1]) for v in trainer.variables], 0)
    with tf.GradientTape() as outer:
        outer.watch(point)
        with tf.GradientTape() as inner:
            inner.watch(point)
            parts = tf.split(point, [int(np.prod(v.shape)) for v in trainer.variables])
            values = [tf.reshape(part, v.shape) for part, v in zip(parts, trainer.variables, strict=True)]
            loss = trainer.objective.loss(values, rows)
        gradient = inner.gradient(loss, point)
    return gradient.numpy(), outer.jacobian(gradient, point).numpy()


def largest_of_hessian(trainer: Trainer) -> float:
    return float(np.linalg.eigvalsh(gradient_and_hessian(trainer)[1])[-1])


def largest_scaled(trainer: Trainer, optimizer: str) -> float:
    """The largest eigenvalue of P H, with P from its definition in the papers and Keras' placing of epsilon."""
    g, hessian = gradient_and_hessian(trainer)
    t, slots = trainer.step + 1, trainer.slots()
    scale = np.ones(len(g))
    if optimizer == "adam":
        scale = np.sqrt(1 - 0.999**t) / (np.sqrt(0.999 * slots["v"] + 0.001 * g**2) + 1e-7)
    elif optimizer == "rmsprop":
        scale = 1 / np.sqrt(0.9 * slots["v"] + 0.1 * g**2 + 1e-7)
    return float(np.max(np.linalg.eigvals(scale[:, None] * hessian).real))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_settled_it_is_the_largest_eigenvalue_of_the_hessian_scaled_where_the_optimizer_scales(optimizer: str) -> None:
    trainer = at_step(20, optimizer)
    found = SharpnessProbe(OPTIMIZERS[optimizer]).settle(trainer.snapshot(), tolerance=1e-8)
    assert found.eigenvalue == pytest.approx(largest_scaled(trainer, optimizer), rel=1e-6)
    assert found.residual <= 1e-8 * found.eigenvalue
    assert found.preconditioned is (optimizer != "sgd")


@pytest.mark.parametrize(("optimizer", "times"), [("sgd", 2.0), ("adam", 38.0), ("rmsprop", 2.0)], ids=str)
def test_the_limit_is_that_of_the_rule_for_this_eigenvalue(optimizer: str, times: float) -> None:
    found = SharpnessProbe(OPTIMIZERS[optimizer]).look(at_step(5, optimizer).snapshot())
    assert found.limit == pytest.approx(times / found.eigenvalue, rel=1e-6)
    assert found.rate == 0.03


def test_lion_has_an_eigenvalue_and_no_limit() -> None:
    found = SharpnessProbe(OPTIMIZERS["lion"]).look(at_step(5, "lion").snapshot())
    assert found.eigenvalue > 0
    assert found.limit is None
    assert np.isnan(found.limits[-1])


def test_a_look_goes_on_where_the_last_one_ended() -> None:
    trainer = at_step(5, "sgd")
    expected = largest_of_hessian(trainer)
    probe = SharpnessProbe(OPTIMIZERS["sgd"])
    looks = [probe.look(trainer.snapshot()) for _ in range(4)]
    errors = [abs(look.eigenvalue - expected) for look in looks]
    assert errors[-1] < 1e-3 * expected
    assert all(error <= look.residual + 1e-9 for error, look in zip(errors, looks, strict=True))


def test_along_a_run_the_largest_eigenvalue_is_followed_and_its_history_kept() -> None:
    trainer = at_step(0, "sgd")
    probe, expected = SharpnessProbe(OPTIMIZERS["sgd"]), []
    for rate in (0.03, 0.03, 0.03, 0.03, 0.06, 0.06):
        trainer.set(learning_rate=rate)
        found = probe.look(trainer.snapshot())
        expected.append(largest_of_hessian(trainer))
        trainer.advance(25)
    trainer.set(learning_rate=0.03)
    assert list(found.steps) == [0, 25, 50, 75, 100, 125]
    assert list(found.rates) == [0.03] * 4 + [0.06] * 2
    assert found.eigenvalues[2:] == pytest.approx(np.array(expected[2:]), rel=2e-3)
    assert found.limits == pytest.approx(2 / found.eigenvalues)
    probe.forget()
    assert list(probe.look(trainer.snapshot()).steps) == [150]


def test_an_eigenvalue_that_was_second_is_found_when_it_becomes_the_largest() -> None:
    # Of y = w x alone, along axes: the Hessian is diag(2 mean x_i^2). The probe had settled on the other axis.
    keras.utils.set_random_seed(1)
    x = np.zeros((50, 2))
    x[:25, 0], x[25:, 1] = 1.0, 2.0
    model = keras.Sequential(
        [keras.Input((2,), dtype="float64"), keras.layers.Dense(1, use_bias=False, dtype="float64")]
    )
    trainer = Trainer(ModelObjective(model, x, x[:, :1]), keras.optimizers.SGD(0.01))
    probe = SharpnessProbe(OPTIMIZERS["sgd"])
    probe._vector = np.array([1.0, 0.0])  # an exact eigenvector, of 1
    assert probe.look(trainer.snapshot()).eigenvalue == pytest.approx(4.0)


def test_in_float32_the_eigenvalue_is_that_of_float64() -> None:
    trainer = at_step(0, "sgd", width=20, dtype="float32")
    found = SharpnessProbe(OPTIMIZERS["sgd"]).settle(trainer.snapshot(), tolerance=1e-4)
    weights = [v.numpy().astype(float) for v in trainer.variables]
    same = at_step(0, "sgd", width=20)
    same.reset(weights)
    exact = SharpnessProbe(OPTIMIZERS["sgd"]).settle(same.snapshot(), tolerance=1e-4)
    assert found.eigenvalue == pytest.approx(exact.eigenvalue, rel=1e-4)


def test_a_large_model_is_measured_on_fewer_examples_and_says_on_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = at_step(0, "sgd")  # of 16 parameters and 50 examples
    assert SharpnessProbe(OPTIMIZERS["sgd"]).look(trainer.snapshot()).examples == 50
    monkeypatch.setattr("core.geometry.sharpness.LARGE", 2)
    found = SharpnessProbe(OPTIMIZERS["sgd"]).settle(trainer.snapshot(), tolerance=1e-8)
    assert found.examples == 32
    rows = np.linspace(0, 49, 32).astype(np.int32)
    assert found.eigenvalue == pytest.approx(np.linalg.eigvalsh(gradient_and_hessian(trainer, rows)[1])[-1], rel=1e-6)
