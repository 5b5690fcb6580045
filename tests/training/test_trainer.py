"""The engine against the plain eager loop, closed forms, model.fit and finite differences."""

from __future__ import annotations

import gc
import weakref
from functools import cache
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.training.build import build_objective, build_trainer
from core.training.trainer import Trainer
from tests.support.moments import central_differences

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective
    from core.training.step_record import Steps

EPOCHS = 1000


def trainer_for(**settings: object) -> Trainer:
    config = TrainingConfig().replace(**settings)
    return build_trainer(config, build_objective(config))


@cache
def _compiled(settings: frozenset[tuple[str, object]]) -> Trainer:
    return trainer_for(**dict(settings))


def started_anew(settings: dict[str, object]) -> Trainer:
    """A trainer at its start, compiled once for all tests with these settings, none of which it changes."""
    trainer = _compiled(frozenset(settings.items()))
    trainer.reset(trainer.objective.initial)
    return trainer


def regression(seed: int = 3) -> LinearRegression:
    objective = build_objective(TrainingConfig(seed=seed))
    assert isinstance(objective, LinearRegression)
    return objective


def plane(trainer: Trainer) -> PlaneObjective:
    return trainer.objective  # type: ignore[return-value]  # every objective here is one of two parameters


@cache
def seed_run() -> Steps:
    return started_anew({}).advance(EPOCHS)


@cache
def plain_loop() -> tuple[np.ndarray, np.ndarray]:
    """Points (W, b) and losses before each of 1000 updates of the loop as anyone would write it."""
    data = regression()
    w, b = tf.Variable(0.01), tf.Variable(0.01)
    points, losses = [], []
    for _ in range(EPOCHS):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(w * data.x + b - data.y))
        points.append((w.numpy(), b.numpy()))
        losses.append(loss.numpy())
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.01 * dw)
        b.assign_sub(0.01 * db)
    return np.array(points), np.array(losses)


def quadratic(data: LinearRegression) -> tuple[np.ndarray, np.ndarray]:
    """The Hessian and the minimum of the mean squared error."""
    design = np.stack([data.x.astype(float), np.ones(data.n_examples)], axis=1)
    return 2 * design.T @ design / data.n_examples, np.linalg.lstsq(design, data.y.astype(float), rcond=None)[0]


def fresh_quadratic(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hessian and least squares of another sample of the seed program's data, drawn here."""
    x = rng.random(100)
    design = np.stack([x, np.ones(100)], axis=1)
    target = 3 * x + 2 + rng.random(100)
    return 2 * design.T @ design / 100, np.linalg.lstsq(design, target, rcond=None)[0]


def after_descent(hessian: np.ndarray, minimum: np.ndarray, steps: int, rate: float = 0.01) -> np.ndarray:
    """theta_t = theta* + (I - rate H)^t (theta_0 - theta*)."""
    shrink = np.linalg.matrix_power(np.eye(2) - rate * hessian, steps)
    return minimum + shrink @ (np.array([0.01, 0.01]) - minimum)


def test_the_seed_run_agrees_with_the_plain_eager_loop() -> None:
    points, losses = plain_loop()
    assert seed_run().parameters == pytest.approx(points, rel=1e-5)
    assert seed_run().loss == pytest.approx(losses, rel=1e-5)


def test_the_seed_run_agrees_with_the_closed_form() -> None:
    data = regression()
    hessian, minimum = quadratic(data)
    expected = np.array([after_descent(hessian, minimum, t) for t in range(EPOCHS)])
    losses = [np.mean((w * data.x.astype(float) + b - data.y) ** 2) for w, b in expected]
    assert seed_run().parameters == pytest.approx(expected, rel=1e-4)
    assert seed_run().loss == pytest.approx(np.array(losses), rel=1e-4)


def test_the_seed_run_is_a_typical_draw_of_the_program_it_repeats() -> None:
    rng = np.random.default_rng(2024)
    draws = [fresh_quadratic(rng) for _ in range(300)]
    spread = np.array([[*after_descent(h, m, EPOCHS), *np.linalg.eigvalsh(h)] for h, m in draws])
    known = np.array([2.6, 2.7, 0.13, 2.54])
    assert spread.mean(axis=0) == pytest.approx(known, abs=0.1)
    step = seed_run()
    ours = [*(step.parameters[-1] + step.update[-1]), *np.linalg.eigvalsh(quadratic(regression())[0])]
    assert np.all(abs(ours - spread.mean(axis=0)) < 4 * spread.std(axis=0))


def test_mini_batches_in_order_take_the_steps_of_model_fit() -> None:
    data, rate, epochs = regression(), 0.05, 6
    keras.utils.set_random_seed(1)
    start = keras.initializers.Constant(0.01)
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, kernel_initializer=start, bias_initializer=start)]
    )
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    model.fit(data.x[:, None], data.y[:, None], batch_size=32, epochs=epochs, shuffle=False, verbose=0)

    trainer = Trainer(data, keras.optimizers.SGD(rate), batch_size=32, shuffle=False)
    trainer.advance(4 * epochs)  # 100 examples: three batches of 32 and one of 4
    kernel, bias = (float(np.ravel(v)[0]) for v in model.get_weights())
    assert trainer.observe().parameters == pytest.approx([kernel, bias], rel=1e-5)


def test_rows_of_successive_steps_chain() -> None:
    steps = seed_run()
    assert steps.parameters[:-1] + steps.update[:-1] == pytest.approx(steps.parameters[1:], rel=1e-6)
    assert steps.update == pytest.approx(-0.01 * steps.gradient, rel=1e-3, abs=1e-6)
    assert {a.dtype for a in (steps.loss, steps.parameters, steps.gradient, steps.update)} == {np.dtype("float32")}


@pytest.mark.parametrize("settings", [{}, {"batch_size": 32, "optimizer": "adam"}], ids=["full", "batches"])
def test_how_a_run_is_cut_into_calls_changes_no_bit(settings: dict[str, object]) -> None:
    once = started_anew(settings).advance(7)
    trainer = started_anew(settings)
    parts = [trainer.advance(3), trainer.advance(0), trainer.advance(4)]
    assert [part.first for part in parts] == [0, 3, 3]
    for column in ("loss", "parameters", "gradient", "update"):
        assert np.array_equal(np.concatenate([getattr(p, column) for p in parts]), getattr(once, column))


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    first, same, other = (trainer_for(batch_size=16, seed=s).advance(50) for s in (5, 5, 6))
    assert np.array_equal(first.loss, same.loss)
    assert not np.array_equal(first.loss, other.loss)


def test_more_steps_than_fit_in_one_call_are_taken_in_several() -> None:
    trainer = trainer_for(batch_size=99)
    count = 2 * trainer.longest_call + 5
    steps = trainer.advance(count)
    assert (len(steps), trainer.step, len(trainer.advance(1))) == (count, count, 1)


def test_nothing_is_compiled_twice_whatever_the_step_count_and_the_live_settings() -> None:
    trainer = trainer_for(optimizer="adamw", batch_size=32)
    trainer.compile()
    for count, rate in ((1, 0.1), (7, 0.01), (500, 1.0)):
        trainer.set(learning_rate=rate, beta_1=rate / 2, beta_2=0.5, epsilon=rate / 10, weight_decay=0.0)
        trainer.advance(count)
        trainer.observe()
        trainer.reset(trainer.objective.initial)
    assert trainer.loop.program.experimental_get_tracing_count() == 1
    assert trainer.loop.look_program.experimental_get_tracing_count() == 1


def test_a_live_rate_holds_from_the_next_update_on() -> None:
    trainer = trainer_for()
    before = trainer.advance(5)
    trainer.set(learning_rate=0.25)
    after = trainer.advance(5)
    assert before.update == pytest.approx(-0.01 * before.gradient, rel=1e-4)
    assert after.update == pytest.approx(-0.25 * after.gradient, rel=1e-4)
    assert trainer.hyper() == {"learning_rate": 0.25}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_reset_repeats_the_run_bit_for_bit(optimizer: str) -> None:
    trainer = trainer_for(optimizer=optimizer, batch_size=32)
    first = trainer.advance(40)
    trainer.reset(trainer.objective.initial)
    again = trainer.advance(40)
    assert (again.first, trainer.step) == (0, 40)
    assert np.array_equal(first.parameters, again.parameters)


def test_a_reset_keeps_the_live_settings() -> None:
    trainer = trainer_for(optimizer="adam")
    live = {"learning_rate": 0.3, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.001}
    trainer.set(**live)
    trainer.reset(trainer.objective.initial)
    assert trainer.hyper() == live


def test_a_reset_may_start_elsewhere() -> None:
    trainer = trainer_for(problem="booth")
    trainer.advance(3)
    trainer.reset((np.array([2.0, -1.0], np.float32),))
    assert trainer.advance(1).parameters.tolist() == [[2.0, -1.0]]


@pytest.mark.parametrize("problem", ["regression", "rosenbrock", "beale", "ackley", "saddle"])
def test_gradient_and_hessian_are_those_of_finite_differences(problem: str) -> None:
    trainer = trainer_for(problem=problem, learning_rate=1e-4)
    trainer.advance(10)
    seen = trainer.observe()
    gradient, hessian = central_differences(plane(trainer), list(seen.parameters))
    assert seen.gradient == pytest.approx(gradient, rel=1e-3, abs=1e-3)
    assert seen.hessian == pytest.approx(hessian, rel=1e-3, abs=1e-3 * abs(hessian).max())
    assert seen.loss == pytest.approx(plane(trainer).value(*seen.parameters), rel=1e-4)
    step = trainer.advance(1)
    assert (step.loss[0], *step.gradient[0]) == pytest.approx((seen.loss, *seen.gradient), rel=1e-5)


def test_an_observation_is_of_the_batch_that_comes_next() -> None:
    trainer = trainer_for(batch_size=7)
    trainer.advance(3)
    seen = trainer.observe()
    assert seen.rows is not None
    assert seen.loss == pytest.approx(plane(trainer).value(seen.parameters[0], seen.parameters[1], seen.rows), rel=1e-5)
    assert trainer.advance(1).loss[0] == pytest.approx(seen.loss, rel=1e-6)


DIVERGING = pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 10},
        {"learning_rate": 10, "optimizer": "momentum"},
        {"learning_rate": 3, "batch_size": 32},
        {"learning_rate": 1, "problem": "rosenbrock", "optimizer": "nesterov"},
        {"problem": "beale", "start_x": -1000, "start_y": 1000, "optimizer": "adam"},  # its moments overflow
    ],
    ids=["sgd", "momentum", "batches", "nesterov", "adam"],
)


@DIVERGING
def test_a_diverged_run_stands_at_its_last_finite_step(settings: dict[str, object]) -> None:
    trainer = started_anew(settings)
    steps = trainer.advance(5000)
    assert steps.diverged
    assert trainer.diverged
    assert 0 < len(steps) == trainer.step < 5000
    for column in (steps.loss, steps.parameters, steps.gradient, steps.update):
        assert np.isfinite(column).all()
    seen = trainer.observe()
    assert seen.step == len(steps)
    assert np.array_equal(seen.parameters, steps.parameters[-1])
    assert np.isfinite(seen.loss)
    assert np.isfinite(seen.hessian).all()
    assert not any(np.isnan(moment).any() for moment in seen.slots.values())


@DIVERGING
def test_divergence_is_the_same_however_the_run_is_cut(settings: dict[str, object]) -> None:
    trainer = started_anew(settings)
    steps, one, parts = trainer.advance(5000), trainer.observe(), []
    trainer = started_anew(settings)
    while not trainer.diverged:
        parts.append(trainer.advance(1))
    assert [part.diverged for part in parts] == [False] * len(steps) + [True]
    assert np.array_equal(np.concatenate([part.parameters for part in parts]), steps.parameters)
    other = trainer.observe()
    assert np.array_equal(one.parameters, other.parameters)
    assert all(np.array_equal(one.slots[name], other.slots[name]) for name in one.slots)


def test_a_diverged_trainer_takes_no_further_step() -> None:
    trainer = started_anew({"learning_rate": 10})
    trainer.advance(5000)
    at = trainer.step
    more = trainer.advance(10)
    assert (len(more), more.first, more.diverged, trainer.step) == (0, at, False, at)


def test_a_start_with_a_non_finite_loss_diverges_at_once_and_stays_there() -> None:
    trainer = started_anew({"learning_rate": 10})
    far = np.array([1e30, 1e30], np.float32)
    trainer.reset((far,))
    steps = trainer.advance(10)
    assert (len(steps), steps.diverged, trainer.step) == (0, True, 0)
    assert np.array_equal(trainer.observe().parameters, far.astype(float))


@DIVERGING
def test_after_a_reset_a_diverged_run_repeats_itself(settings: dict[str, object]) -> None:
    trainer = started_anew(settings)
    first = trainer.advance(5000)
    trainer.reset(trainer.objective.initial)
    assert not trainer.diverged
    again = trainer.advance(5000)
    assert again.diverged
    assert np.array_equal(first.parameters, again.parameters)


def test_nothing_is_left_of_a_trainer_not_of_the_first_of_a_process_either() -> None:
    config, spared = TrainingConfig(), gc.get_freeze_count()
    left = weakref.ref(build_trainer(config, build_objective(config)))
    gc.collect()
    assert left() is None
    assert gc.get_freeze_count() <= spared  # what the collector passes over is never freed
