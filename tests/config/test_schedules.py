"""Learning-rate schedules: against Keras' own, one number at a time and along whole trainings by `fit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.optimizers.schedules import SCHEDULES, Plan
from core.training.batches import Batches
from core.training.build import build_trainer

if TYPE_CHECKING:
    from core.training.trainer import Trainer

RNG = np.random.default_rng(3)
X = RNG.normal(size=(40, 3))
Y = np.sin(X[:, :1]) * X[:, 1:2]
RATE, TOTAL = 0.02, 30  # three batches an epoch, ten epochs
BASE = TrainingConfig(problem="spiral", epochs=10, batch_size=16, learning_rate=RATE)

PLANS: dict[str, dict[str, object]] = {
    "step": {"schedule": "step", "schedule_period": 3, "schedule_factor": 0.25},
    "cosine": {"schedule": "cosine"},
    "warmup": {"schedule": "warmup", "warmup_share": 0.2},
}


def of_keras(name: str) -> keras.optimizers.schedules.LearningRateSchedule:
    """The schedule of Keras that PLANS[name] asks for."""
    if name == "step":
        return keras.optimizers.schedules.ExponentialDecay(RATE, 9, 0.25, staircase=True)
    if name == "cosine":
        return keras.optimizers.schedules.CosineDecay(RATE, TOTAL)
    return keras.optimizers.schedules.CosineDecay(RATE / 7, TOTAL - 6, warmup_target=RATE, warmup_steps=6)


def mlp(width: int = 6, dtype: str = "float32") -> keras.Model:
    keras.utils.set_random_seed(8)
    return MODELS["mlp"].build(ModelSpec((3,), 1, width=width, activation="tanh", dtype=dtype))


def in_order(config: TrainingConfig, model: keras.Model) -> Trainer:
    """The trainer that `build_trainer` makes, but with its batches in order, as in fit(shuffle=False)."""
    trainer = build_trainer(config, ModelObjective(model, X, Y, loss="mse"))
    trainer._new_batches = lambda: Batches(len(X), config.batch_size, shuffle=False)
    trainer.batches = trainer._new_batches()
    return trainer


def fitted(optimizer: keras.optimizers.Optimizer, epochs: int = 10) -> list[np.ndarray]:
    model = mlp()
    model.compile(optimizer, loss="mse")
    model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0)
    return model.get_weights()


def keras_optimizer(
    name: str, rate: float | keras.optimizers.schedules.LearningRateSchedule
) -> keras.optimizers.Optimizer:
    """The optimizer of the menu as anyone would write it, with the settings of BASE."""
    if name in ("sgd", "momentum", "nesterov"):
        return keras.optimizers.SGD(rate, momentum=0.0 if name == "sgd" else 0.9, nesterov=name == "nesterov")
    if name == "lion":
        return keras.optimizers.Lion(rate, beta_2=0.999)
    classes = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return getattr(keras.optimizers, classes[name])(rate)


def assert_close(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert a == pytest.approx(b, abs=2e-5, rel=2e-5)


@pytest.mark.parametrize("name", PLANS)
def test_the_factors_are_those_of_keras(name: str) -> None:
    plan = Plan(TOTAL, 3, {"schedule_period": 3, "schedule_factor": 0.25, "warmup_share": 0.2})
    factors = SCHEDULES[name].factors(np.arange(TOTAL + 5), plan)
    expected = [float(of_keras(name)(step)) / RATE for step in range(TOTAL + 5)]
    assert factors == pytest.approx(np.array(expected), rel=1e-5, abs=1e-7)


def test_a_constant_rate_stays_and_every_factor_starts_above_zero_and_never_exceeds_one() -> None:
    for name, schedule in SCHEDULES.items():
        factors = schedule.factors(np.arange(101), schedule.plan(100, 10, vars(BASE)))
        assert factors.max() <= 1
        assert factors[0] > 0
        assert (factors.min() == 1) == (name == "constant")


def test_a_step_falls_at_the_right_update_however_long_the_run() -> None:
    every = 9_973 * 1000
    plan = Plan(2e8, 9_973, {"schedule_period": 1000, "schedule_factor": 0.5})
    factors = SCHEDULES["step"].factors(np.array([every * 10 - 1, every * 10]), plan)
    assert factors.tolist() == [0.5**9, 0.5**10]


@pytest.mark.parametrize(
    ("schedule", "optimizer"),
    [("step", "sgd"), ("step", "adamw"), ("cosine", "nesterov"), ("cosine", "rmsprop"), ("warmup", "adam")],
)
def test_a_scheduled_run_arrives_where_fit_does(schedule: str, optimizer: str) -> None:
    config = BASE.replace(optimizer=optimizer, **PLANS[schedule])
    model = mlp()
    trainer = in_order(config, model)
    for count in (7, 23):
        trainer.advance(count)
    assert_close(model.get_weights(), fitted(keras_optimizer(optimizer, of_keras(schedule))))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_clipping_by_the_norm_of_all_gradients_is_that_of_keras(optimizer: str) -> None:
    expected = keras_optimizer(optimizer, RATE)
    expected.global_clipnorm = 0.05
    model = mlp()
    steps = in_order(BASE.replace(optimizer=optimizer, clip_norm=0.05), model).advance(30)
    assert_close(model.get_weights(), fitted(expected))
    assert steps.gradient_norm.min() > 0.05  # recorded as it is, before it is clipped
    if optimizer == "sgd":
        assert steps.update_norm == pytest.approx(np.full(30, RATE * 0.05), rel=1e-4)


def test_the_rate_shown_is_the_one_the_next_update_uses_and_the_base_stays() -> None:
    trainer = in_order(BASE.replace(**PLANS["warmup"]), mlp())
    for step in range(TOTAL):
        assert trainer.hyper()["learning_rate"] == pytest.approx(float(of_keras("warmup")(step)), rel=1e-5, abs=1e-9)
        shown, taken = trainer.hyper()["learning_rate"], trainer.advance(1)
        assert taken.update_norm[0] == pytest.approx(shown * taken.gradient_norm[0], rel=1e-3, abs=1e-8)
    assert trainer.base_rate == RATE


def test_base_rate_and_length_change_while_it_runs_and_nothing_is_compiled_again() -> None:
    trainer = in_order(BASE.replace(**PLANS["cosine"]), mlp())
    trainer.compile()
    trainer.advance(15)
    assert trainer.hyper()["learning_rate"] == pytest.approx(RATE / 2)
    trainer.set_total(60)
    trainer.set(learning_rate=0.1)
    assert trainer.base_rate == 0.1
    shown = trainer.hyper()["learning_rate"]
    assert shown == pytest.approx(0.05 * (1 + np.cos(np.pi / 4)), rel=1e-5)
    steps = trainer.advance(1)
    assert steps.update_norm[0] == pytest.approx(shown * steps.gradient_norm[0], rel=1e-4)
    assert trainer.loop.program.experimental_get_tracing_count() == 1


def test_a_reset_starts_the_schedule_again() -> None:
    trainer = in_order(BASE.replace(**PLANS["warmup"]), mlp())
    first = trainer.advance(TOTAL)
    trainer.reset(trainer.objective.initial)
    assert trainer.hyper()["learning_rate"] == pytest.approx(RATE / 7)
    again = trainer.advance(TOTAL)
    assert np.array_equal(first.loss, again.loss)
    assert np.array_equal(first.update_norm, again.update_norm)


def test_a_run_of_float64_has_a_rate_of_float64() -> None:
    trainer = in_order(BASE.replace(**PLANS["cosine"]), mlp(dtype="float64"))
    trainer.advance(10)
    assert trainer.hyper()["learning_rate"] == pytest.approx(RATE * 0.75, rel=1e-14)
    assert trainer.base_rate == RATE


@pytest.mark.parametrize("cut", [1, 1000], ids=["single", "whole"])
def test_a_diverged_scheduled_run_stands_where_its_loss_was_last_finite(cut: int) -> None:
    model = mlp(width=128)  # so large that its updates are made once more on the way back
    config = BASE.replace(optimizer="momentum", learning_rate=1, batch_size=40, **PLANS["warmup"])
    model.layers[-1].activation = keras.ops.square  # grows without bound
    trainer = in_order(config, model)
    trainer.set_total(1000)
    losses: list[float] = []
    while not trainer.diverged:
        losses.extend(trainer.advance(cut).loss)
    assert 1 < len(losses) == trainer.step < 1000
    assert trainer.observe().loss == pytest.approx(losses[-1], rel=1e-3)
    expected = SCHEDULES["warmup"].factors(np.array([trainer.step]), Plan(1000, settings={"warmup_share": 0.2}))[0]
    assert trainer.hyper()["learning_rate"] == pytest.approx(expected, rel=1e-5)
