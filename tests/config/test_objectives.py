"""Objectives: the loss that is trained and the loss that is drawn are one, and the data are as described."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression, least_squares
from core.objectives.surfaces import SURFACES
from core.training.build import build_objective

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective

PROBLEMS = ("regression", *SURFACES)


def points_in(objective: PlaneObjective, n: int = 20) -> np.ndarray:
    lows, highs = np.array(objective.domain).T
    return np.random.default_rng(1).uniform(lows, highs, (n, 2))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_trained_and_the_drawn_loss_are_the_same(problem: str) -> None:
    import tensorflow as tf

    objective = build_objective(TrainingConfig(problem=problem))
    for point in points_in(objective):
        trained = float(objective.loss([tf.constant(point, tf.float32)], None))
        assert trained == pytest.approx(float(objective.value(*point)), rel=1e-4, abs=1e-4)


def test_both_losses_of_a_padded_batch_are_the_mean_over_its_examples() -> None:
    import tensorflow as tf

    objective = LinearRegression(10, 1.0, seed=4)
    rows = np.array([7, 2, 5, -1, -1], np.int32)
    picked = rows[:3]
    expected = np.mean((1.5 * objective.x[picked] + 0.5 - objective.y[picked]) ** 2)
    trained = objective.loss([tf.constant([1.5, 0.5])], tf.constant(rows))
    assert float(trained) == pytest.approx(expected, rel=1e-5)
    assert objective.value(np.array(1.5), np.array(0.5), rows) == pytest.approx(expected, rel=1e-5)


def test_the_drawn_loss_of_a_grid_is_the_mean_squared_error_at_each_point() -> None:
    objective = LinearRegression(30, 2.0, seed=4)
    slopes, intercepts = np.meshgrid(np.linspace(-3, 5, 4), np.linspace(0, 4, 3))
    losses = objective.value(slopes, intercepts)
    x, y = objective.x.astype(float), objective.y.astype(float)
    for index in np.ndindex(losses.shape):
        assert losses[index] == pytest.approx(np.mean((slopes[index] * x + intercepts[index] - y) ** 2))


def test_the_data_are_the_line_3x_plus_2_with_uniform_noise() -> None:
    objective = LinearRegression(10_000, 1.0, seed=1)
    noise = objective.y - (3 * objective.x + 2)
    assert objective.x.min() >= 0
    assert objective.x.max() < 1
    assert objective.x.mean() == pytest.approx(0.5, abs=0.02)
    assert noise.min() == pytest.approx(0, abs=2e-3)
    assert noise.max() == pytest.approx(1, abs=2e-3)
    assert objective.initial[0].tolist() == pytest.approx([0.01, 0.01])


def test_least_squares_is_what_numpy_finds() -> None:
    objective = LinearRegression(50, 1.0, seed=9)
    x, y = objective.x.astype(float), objective.y.astype(float)
    design = np.stack([x, np.ones_like(x)], axis=1)
    expected, residual, *_ = np.linalg.lstsq(design, y, rcond=None)
    assert objective.minima[0] == pytest.approx(tuple(expected), rel=1e-10)
    assert objective.minimum == pytest.approx(residual[0] / 50, rel=1e-10)


def test_least_squares_of_points_at_one_place_is_their_mean() -> None:
    assert least_squares(np.ones(4), np.array([1.0, 2.0, 3.0, 6.0])) == (0.0, 3.0)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_domain_holds_the_start_wherever_it_is(problem: str) -> None:
    objective = build_objective(TrainingConfig(problem=problem, start_x=-37.5, start_y=12.25))
    assert objective.initial[0].tolist() == [-37.5, 12.25]
    for (low, high), start in zip(objective.domain, objective.initial[0], strict=True):
        assert low < start < high


def test_one_start_coordinate_may_be_set_alone() -> None:
    objective = build_objective(TrainingConfig(problem="beale", start_y=0.0))
    assert objective.initial[0].tolist() == [SURFACES["beale"].start[0], 0.0]


def test_the_condition_number_reaches_the_bowl() -> None:
    objective = build_objective(TrainingConfig(problem="bowl").replace(condition=50))
    assert objective.value(np.array(0.0), np.array(2.0)) == pytest.approx(100.0)
