"""Planes through a model's weights: against closed forms of a linear model and the definitions of the paper."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from core.geometry.landscape import Landscape, explained, filter_normalized, principal, project
from core.geometry.random_walk import random_walk_shares
from core.geometry.results import LandscapeResult, WeightPath
from core.geometry.weight_path import WeightPathProbe
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.training.trainer import Trainer

RNG = np.random.default_rng(7)
X = RNG.normal(size=(50, 4))
Y = X[:, :1] - 2 * X[:, 1:2] + RNG.normal(size=(50, 1))
DESIGN = np.c_[X, np.ones(50)]


def objective_of(family: str = "linear", **options: Any) -> ModelObjective:
    keras.utils.set_random_seed(11)
    return ModelObjective(MODELS[family].build(ModelSpec((4,), 1, **{"width": 6, "dtype": "float64", **options})), X, Y)


def walked(objective: ModelObjective, looks: int = 8, rate: float = 0.02) -> WeightPath:
    trainer, probe = Trainer(objective, keras.optimizers.SGD(rate)), WeightPathProbe()
    path = probe.look(trainer.snapshot())
    for _ in range(looks - 1):
        trainer.advance(5)
        path = probe.look(trainer.snapshot())
    return path


def computed(landscape: Landscape) -> LandscapeResult:
    landscape.start()
    assert landscape.join(100)
    assert (landscape.error, landscape.progress) == (None, 1.0)
    assert landscape.result is not None
    return landscape.result


def mean_squares(points: np.ndarray) -> np.ndarray:
    """The loss of the linear model at each of the flat weights (..., 5)."""
    return np.mean((points @ DESIGN.T - Y[:, 0]) ** 2, axis=-1)


def test_of_a_path_in_a_plane_all_is_explained_and_every_loss_is_that_of_the_closed_form() -> None:
    objective = objective_of()
    centre, a, b = RNG.normal(size=(3, 5))
    on_it = [centre + s * a + t * b for s, t in ((4, 1), (2.5, -0.5), (1.5, 0.6), (0.5, 0.2), (0, 0))]
    result = computed(Landscape(objective, WeightPath(tuple(range(5)), tuple(on_it)), "path", 7))
    assert sum(result.explained) == pytest.approx(1.0)
    assert result.path[-1] == pytest.approx([0, 0], abs=1e-9)
    assert result.true_losses == pytest.approx(mean_squares(np.array(on_it)), rel=1e-9)
    assert result.projected_losses == pytest.approx(result.true_losses, rel=1e-9)
    directions = principal(np.array(on_it) - centre)
    x, y = np.meshgrid(result.x, result.y)
    points = centre + x[..., None] * directions[0] + y[..., None] * directions[1]
    assert result.losses == pytest.approx(mean_squares(points), rel=1e-9)
    assert result.x[0] < result.path[:, 0].min() < result.path[:, 0].max() < result.x[-1]


def test_of_a_real_path_the_plane_shows_how_far_it_is_from_the_truth() -> None:
    objective = objective_of("mlp", activation="tanh")
    path = walked(objective)
    result = computed(Landscape(objective, path, "path", 5))
    centre, moved = path.points[-1], np.array(path.points) - path.points[-1]
    values = np.sort(np.linalg.svd(moved, compute_uv=False) ** 2)[::-1]
    assert result.explained == pytest.approx(tuple(values[:2] / values.sum()))
    assert list(result.path_steps) == list(path.steps)
    assert result.random_walk == random_walk_shares(path.steps)
    shadows = centre + result.path @ principal(moved)
    for i in (0, 3, 7):
        assert result.true_losses[i] == pytest.approx(loss_at(objective, path.points[i]), rel=1e-9)
        assert result.projected_losses[i] == pytest.approx(loss_at(objective, shadows[i]), rel=1e-9)


def loss_at(objective: ModelObjective, flat: np.ndarray) -> float:
    shapes = [v.shape for v in objective.variables]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    return float(
        objective.loss([p.reshape(shape) for p, shape in zip(np.split(flat, ends), shapes, strict=True)], None)
    )


def test_of_a_straight_path_one_direction_explains_all() -> None:
    moved = np.linspace(1, 0, 6)[:, None] * np.array([3.0, 0.0, 4.0, 0.0])
    directions = principal(moved)
    assert directions @ directions.T == pytest.approx(np.eye(2), abs=1e-9)
    assert explained(moved, directions) == pytest.approx((1.0, 0.0), abs=1e-12)
    assert abs(directions[0]) == pytest.approx([0.6, 0.0, 0.8, 0.0], abs=1e-9)


def test_a_random_direction_has_the_length_of_the_weights_neuron_by_neuron_and_none_for_biases() -> None:
    shapes = [(4, 6), (6,), (3, 3, 2, 5)]
    size = 24 + 6 + 90
    weights = RNG.normal(size=size)
    direction = filter_normalized(RNG.normal(size=size), weights, shapes)
    dense, convolution = slice(0, 24), slice(30, 120)
    for part, shape in ((dense, (4, 6)), (convolution, (18, 5))):
        ours, theirs = (np.linalg.norm(v[part].reshape(shape), axis=0) for v in (direction, weights))
        assert ours == pytest.approx(theirs)
    assert not direction[24:30].any()


def test_a_random_plane_has_the_path_where_least_squares_puts_it() -> None:
    path = walked(objective := objective_of("mlp"), looks=3)
    result = computed(Landscape(objective, path, "random", 4))
    again = computed(Landscape(objective, path, "random", 4))
    assert np.array_equal(result.losses, again.losses)
    moved, directions = RNG.normal(size=(5, 9)), RNG.normal(size=(2, 9))
    expected = np.linalg.lstsq(directions.T, moved.T, rcond=None)[0].T
    assert project(moved, directions) == pytest.approx(expected)


def test_every_point_sees_the_same_dropout_though_training_goes_on() -> None:
    objective = objective_of("mlp", dropout=0.5)
    trainer = Trainer(objective, keras.optimizers.SGD(0.01))
    points = tuple(np.concatenate([np.ravel(v.numpy()) for v in objective.variables]) + s for s in (0.3, 0.0))

    def train() -> None:
        trainer.advance(1)

    landscape = Landscape(objective, WeightPath((0, 1), points), "path", 4, on_progress=train)
    undisturbed = computed(Landscape(objective, WeightPath((0, 1), points), "path", 4))
    result = computed(landscape)
    assert trainer.step > 4
    assert np.array_equal(result.losses, undisturbed.losses)
    assert np.array_equal(result.true_losses, undisturbed.true_losses)
    assert result.projected_losses == pytest.approx(result.true_losses, rel=1e-9)


def test_the_model_is_left_as_it_was() -> None:
    objective = objective_of("mlp", dropout=0.5, normalization="batch")
    before = [v.numpy() for v in objective.model.variables]
    computed(Landscape(objective, walked_by_hand(objective), "random", 3))
    assert all(np.array_equal(v.numpy(), b) for v, b in zip(objective.model.variables, before, strict=True))


def walked_by_hand(objective: ModelObjective) -> WeightPath:
    now = np.concatenate([np.ravel(v.numpy()) for v in objective.variables])
    return WeightPath((0, 1), (now + 0.1, now))


def test_a_cancelled_computation_ends_without_a_result() -> None:
    objective = objective_of()
    shares: list[float] = []

    def give_up() -> None:
        shares.append(landscape.progress)
        landscape.cancel()

    landscape = Landscape(objective, walked_by_hand(objective), "path", 5, on_progress=give_up)
    landscape.start()
    assert landscape.join(100)
    assert (landscape.result, landscape.error) == (None, None)
    assert 0 < max(shares) < 0.5


def test_a_computation_that_fails_says_so_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    landscape = Landscape(objective_of(), WeightPath((0, 1), (np.zeros(5), np.zeros(4))), "path", 5)
    landscape.start()
    assert landscape.join(100)
    assert landscape.result is None
    assert landscape.error == "The landscape could not be computed."
    assert "landscape" in caplog.text


def test_a_path_of_one_point_has_no_plane() -> None:
    with pytest.raises(ValueError, match="at least two points"):
        Landscape(objective_of(), WeightPath((0,), (np.zeros(5),)), "path")
