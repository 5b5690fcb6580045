"""Every optimizer against Keras' own eager loop, and against its paper written out in NumPy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import FIELDS, TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.optimizers.optimizer import OptimizerState, UpdateTerms
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.training.step_record import Steps

STEPS = 60
RATES = {"regression": 0.05, "rosenbrock": 5e-4, "beale": 5e-3}
EVERY_OPTIMIZER = pytest.mark.parametrize("name", OPTIMIZERS)
EVERY_RUN = pytest.mark.parametrize(("name", "problem"), [(o, p) for o in OPTIMIZERS for p in RATES])

KERAS: dict[str, Callable[[float], keras.optimizers.Optimizer]] = {
    "sgd": lambda rate: keras.optimizers.SGD(rate),
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "nesterov": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    "adagrad": lambda rate: keras.optimizers.Adagrad(rate),
    "rmsprop": lambda rate: keras.optimizers.RMSprop(rate),
    "adam": lambda rate: keras.optimizers.Adam(rate),
    "adamw": lambda rate: keras.optimizers.AdamW(rate),
    "lion": lambda rate: keras.optimizers.Lion(rate),
}


def config_for(name: str, problem: str = "regression") -> TrainingConfig:
    # Of Lion Keras' beta_2 is 0.99; the page has one setting for all three optimizers that have it.
    beta_2 = 0.99 if name == "lion" else 0.999
    return TrainingConfig(optimizer=name, problem=problem, learning_rate=RATES[problem]).replace(beta_2=beta_2)


@cache
def recorded(name: str, problem: str) -> Steps:
    config = config_for(name, problem)
    return build_trainer(config, build_objective(config)).advance(STEPS)


@EVERY_RUN
def test_the_trajectory_is_that_of_keras_own_eager_loop(name: str, problem: str) -> None:
    config = config_for(name, problem)
    objective, optimizer = build_objective(config), KERAS[name](config.learning_rate)
    variable = keras.Variable(objective.initial[0])
    points = []
    for _ in range(STEPS):
        points.append(variable.numpy().copy())
        with tf.GradientTape() as tape:
            loss = objective.loss([variable.value], None)
        optimizer.apply([tape.gradient(loss, variable.value)], [variable])
    assert recorded(name, problem).parameters == pytest.approx(np.array(points), rel=1e-4, abs=1e-5)


# The rules as their papers state them, on the regression's exact gradient H (theta - theta*), in float64.
# Each takes (gradient, theta, memory, t, rate) and returns the next theta; memory starts empty.

Memory = dict[str, np.ndarray]


def robbins_monro(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    return theta - rate * g


def polyak(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    """theta_{t+1} = theta_t - rate g + mu (theta_t - theta_{t-1})."""
    following = theta - rate * g + 0.9 * (theta - memory.get("previous", theta))
    memory["previous"] = theta
    return following


def nesterov(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    """y_{t+1} = x_t - rate g(x_t); x_{t+1} = y_{t+1} + mu (y_{t+1} - y_t), gradients taken at x."""
    y = theta - rate * g
    following = y + 0.9 * (y - memory.get("y", theta))
    memory["y"] = y
    return following


def adagrad(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    memory["G"] = memory.get("G", 0.1) + g * g
    return theta - rate * g / np.sqrt(memory["G"] + 1e-7)


def rmsprop(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    memory["v"] = 0.9 * memory.get("v", 0.0) + 0.1 * g * g
    return theta - rate * g / np.sqrt(memory["v"] + 1e-7)


def adam(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * g
    memory["v"] = 0.999 * memory.get("v", 0.0) + 0.001 * g * g
    m_hat, v_hat = memory["m"] / (1 - 0.9**t), memory["v"] / (1 - 0.999**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + 1e-7)


def adamw(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    return adam(g, theta, memory, t, rate) - rate * 0.004 * theta


def lion(g: np.ndarray, theta: np.ndarray, memory: Memory, t: int, rate: float) -> np.ndarray:
    m = memory.get("m", np.zeros(2))
    memory["m"] = 0.99 * m + 0.01 * g
    return theta - rate * np.sign(0.9 * m + 0.1 * g)


PAPERS = {
    "sgd": robbins_monro,
    "momentum": polyak,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
    "lion": lion,
}


@EVERY_OPTIMIZER
def test_the_trajectory_is_the_one_the_paper_gives(name: str) -> None:
    config = config_for(name)
    objective = build_objective(config)
    assert isinstance(objective, LinearRegression)
    x, y = objective.x.astype(float), objective.y.astype(float)
    theta, points = np.array([0.01, 0.01]), []
    memory: Memory = {}  # by symbol, as the rule fills it
    for t in range(1, STEPS + 1):
        points.append(theta)
        residual = theta[0] * x + theta[1] - y
        gradient = 2 * np.array([np.mean(residual * x), np.mean(residual)])
        theta = PAPERS[name](gradient, theta, memory, t, config.learning_rate)
    assert recorded(name, "regression").parameters == pytest.approx(np.array(points), rel=1e-4, abs=1e-5)


@EVERY_OPTIMIZER
def test_the_terms_of_a_step_add_up_to_the_update_keras_takes(name: str) -> None:
    rule, config = OPTIMIZERS[name], config_for(name)
    trainer = build_trainer(config, build_objective(config))
    for _ in range(8):
        seen = trainer.observe()
        state = OptimizerState(seen.parameters, seen.gradient, seen.slots, seen.step, seen.hyper)
        terms = rule.terms(state)
        taken = trainer.advance(1).update[0]
        assert terms.update == pytest.approx(taken, rel=1e-3, abs=1e-6)
        if terms.momentum is not None:
            without = OptimizerState(
                seen.parameters, seen.gradient, {**seen.slots, **_forgotten(seen.slots)}, seen.step, seen.hyper
            )
            assert terms.update - rule.terms(without).update == pytest.approx(_owed(name, terms), rel=1e-9)


def _forgotten(slots: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The first moment as if there had been no earlier gradient."""
    return {next(iter(slots)): np.zeros(2)}


def _owed(name: str, terms: UpdateTerms) -> np.ndarray:
    """What earlier gradients add: all of the momentum part, of Nesterov's what its look-ahead adds to it."""
    assert terms.momentum is not None
    return 0.9 * 0.9 * np.asarray(terms.numbers["v"]) if name == "nesterov" else terms.momentum


@EVERY_OPTIMIZER
def test_every_live_setting_is_a_variable_and_reads_back_as_it_was_set(name: str) -> None:
    config = config_for(name)
    trainer = build_trainer(config, build_objective(config))
    live = {field.name: getattr(config, field.name) for field in OPTIMIZERS[name].live}
    assert trainer.hyper() == live
    trainer.set(**{field: FIELDS[field].low for field in live})
    assert trainer.hyper() == {field: FIELDS[field].low for field in live}
    assert np.isfinite(trainer.advance(20).parameters).all()


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_momentum_may_be_zero_at_first_and_be_turned_on_later(name: str) -> None:
    plain = recorded("sgd", "regression")
    config = config_for(name).replace(momentum=0)
    trainer = build_trainer(config, build_objective(config))
    assert trainer.advance(20).parameters == pytest.approx(plain.parameters[:20], rel=1e-6)
    trainer.set(momentum=0.9)
    later = trainer.advance(2)
    # The velocity left by step 19 is its whole update; Nesterov applies 0.9 v' - rate g.
    velocity = 0.9 * plain.update[19] - 0.05 * later.gradient[0]
    expected = 0.9 * velocity - 0.05 * later.gradient[0] if name == "nesterov" else velocity
    assert later.update[0] == pytest.approx(expected, rel=1e-4)
