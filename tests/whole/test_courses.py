"""Numbers that courses and articles print come out of the same runs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.stability import stability_limit
from core.learning.model_objective import ModelObjective
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective, build_trainer
from core.training.trainer import Trainer


def profits() -> tuple[np.ndarray, np.ndarray]:
    """Points with the count, means, variances and covariance of the course's data, by which all its numbers go."""
    n, mean, variances, shared = 97, (8.159800000, 5.839135052), (14.821606782, 30.049969605), 17.682675552
    first = np.sin(np.arange(n) * 2 * np.pi / n) * np.sqrt(2)
    second = np.cos(np.arange(n) * 2 * np.pi / n) * np.sqrt(2)  # both of mean 0 and variance 1, and uncorrelated
    slope = shared / variances[0]
    x = mean[0] + np.sqrt(variances[0]) * first
    y = mean[1] + slope * (x - mean[0]) + np.sqrt(variances[1] - slope * shared) * second
    return x[:, None], y[:, None]


def test_the_first_exercise_of_machine_learning_by_ng() -> None:
    """J(0, 0) = 32.0727, and theta = (-3.630291, 1.166362) after 1500 steps of 0.01; J is half the mean square."""
    x, y = profits()
    model = keras.Sequential([keras.Input((1,), dtype="float64"), keras.layers.Dense(1, dtype="float64")])
    model.set_weights([np.zeros((1, 1)), np.zeros(1)])
    trainer = Trainer(ModelObjective(model, x, y, loss="mse"), keras.optimizers.SGD(0.01 / 2))
    steps = trainer.advance(1500)
    assert steps.loss[0] / 2 == pytest.approx(32.0727, abs=1e-4)
    slope, intercept = model.get_weights()
    assert float(intercept[0]) == pytest.approx(-3.630291, abs=2e-6)
    assert float(slope[0, 0]) == pytest.approx(1.166362, abs=2e-6)


@pytest.mark.parametrize(
    ("optimizer", "rate", "momentum", "end"),
    [
        ("sgd", 0.4, 0.9, (-0.943467, -0.000073)),
        ("momentum", 0.6, 0.5, (0.007188, 0.002553)),
        ("momentum", 0.6, 0.25, (-0.126340, -0.186632)),
    ],
)
def test_the_trajectories_of_dive_into_deep_learning(
    optimizer: str, rate: float, momentum: float, end: tuple[float, float]
) -> None:
    """0.1 x^2 + 2 y^2 from (-5, -2), 20 steps: a fifth of the bowl of condition 20, so a fifth of the rate there."""
    config = TrainingConfig(
        problem="bowl",
        condition=20.0,
        start_x=-5.0,
        start_y=-2.0,
        optimizer=optimizer,
        learning_rate=rate / 5,
        momentum=momentum,
    )  # type: ignore[call-arg]  # settings that registries bring
    trainer = build_trainer(config, build_objective(config))
    trainer.advance(20)
    assert trainer.observe().parameters == pytest.approx(np.array(end), abs=2e-6)


def test_the_best_momentum_and_its_limit_at_condition_100_of_why_momentum_really_works() -> None:
    """Goh, Distill 2017: rate (2 / (1 + 10))^2 = 0.033058 with momentum (9 / 11)^2, unstable from 0.0333884 on."""
    momentum = (9 / 11) ** 2
    hyper = {"learning_rate": 0.033058, "momentum": momentum}
    assert momentum == pytest.approx(0.669421, abs=1e-6)
    limit = stability_limit(OPTIMIZERS["momentum"].dynamics(hyper), 100.0)
    assert limit == pytest.approx(0.0333884, abs=1e-7)
    distances = []
    for rate in (0.033058, 1.01 * 0.0333884):
        config = TrainingConfig(
            problem="bowl", condition=100.0, optimizer="momentum", learning_rate=rate, momentum=momentum
        )  # type: ignore[call-arg]  # a registry brings this setting, of which type checkers are not told
        trainer = build_trainer(config, build_objective(config))
        trainer.advance(200)
        distances.append(float(np.abs(trainer.observe().parameters).max()))
    assert distances[0] < 1e-6
    assert distances[1] > 10
