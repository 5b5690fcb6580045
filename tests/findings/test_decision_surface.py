"""The decision over the plane and the hidden units, against closed forms and NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from core.findings.decision_surface import DecisionProbe, UnitsProbe
from core.learning.answers import Answers
from tests.support.learners import assert_left_alone, learner_of, trainer_of


def test_a_linear_model_that_knows_the_plane_paints_it_in_its_own_unit() -> None:
    learner = learner_of("plane", family="linear")
    x, y = learner.split.x_scaling, learner.split.y_scaling
    assert x is not None
    assert y is not None
    kernel = (x.spread / (10 * y.spread))[:, None]
    learner.objective.model.set_weights([kernel, (x.mean.sum() / 10 - y.mean) / y.spread])
    found = DecisionProbe(learner).look(trainer_of(learner).snapshot())
    assert found.values == pytest.approx((found.x1[None, :] + found.x2[:, None]) / 10, abs=1e-5)
    assert found.y_train == pytest.approx(found.x_train.sum(1) / 10, abs=1e-5)
    assert found.y_val == pytest.approx(found.x_val.sum(1) / 10, abs=1e-5)


def test_of_two_classes_the_value_is_the_probability_of_the_second() -> None:
    learner = learner_of("xor", family="linear")
    learner.objective.model.set_weights([np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([0.5, 0.0])])
    found = DecisionProbe(learner).look(trainer_of(learner).snapshot())
    scaling = learner.split.x_scaling
    assert scaling is not None
    z1, z2 = (found.x1 - scaling.mean[0]) / scaling.spread[0], (found.x2 - scaling.mean[1]) / scaling.spread[1]
    odds = 2 * z1[None, :] - z2[:, None] - 0.5
    assert found.values == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-6)


def test_the_grid_reaches_a_tenth_beyond_all_points_in_their_own_unit() -> None:
    learner = learner_of("spiral")
    found = DecisionProbe(learner).look(trainer_of(learner).snapshot())
    points = np.concatenate([found.x_train, found.x_val])
    assert np.hypot(*points.T).max() == pytest.approx(5, abs=0.05)  # the spiral's radius
    for axis, values in zip((found.x1, found.x2), points.T, strict=True):
        room = 0.1 * (values.max() - values.min())
        assert (axis[0], axis[-1]) == pytest.approx((values.min() - room, values.max() + room))
        assert len(axis) == 48
    assert (len(found.x_train), len(found.x_val)) == (400, 100)
    assert found.y_val is learner.split.y_val


def test_examples_that_are_no_points_of_a_plane_are_refused() -> None:
    with pytest.raises(ValueError, match="two features"):
        DecisionProbe(learner_of("diabetes", family="linear"))


def test_unit_maps_are_the_activations_that_numpy_computes_of_the_first_32_units() -> None:
    learner = learner_of("circle", width=40, depth=2, activation="tanh", dropout=0.5)
    trainer = trainer_of(learner)
    trainer.advance(20)
    maps = UnitsProbe(learner).look(trainer.snapshot())
    w1, b1, w2, b2, _, _ = (values.astype(float) for values in learner.objective.model.get_weights())
    scaling, plane = learner.split.x_scaling, DecisionProbe(learner).look(trainer.snapshot())
    assert scaling is not None
    x1, x2 = (np.linspace(axis[0], axis[-1], 20) for axis in (plane.x1, plane.x2))
    points = np.stack(np.meshgrid(x1, x2), -1)
    first = np.tanh((points - scaling.mean) / scaling.spread @ w1 + b1)
    second = np.tanh(first @ w2 + b2)
    assert maps.names == ("layer 1", "layer 2")
    for found, expected in zip(maps.layers, (first, second), strict=True):
        assert found.shape == (32, 20, 20)
        assert found == pytest.approx(np.moveaxis(expected, -1, 0)[:32], abs=1e-5)


def test_of_a_deep_net_the_first_four_layers_are_mapped() -> None:
    learner = learner_of("circle", width=3, depth=6)
    maps = UnitsProbe(learner).look(trainer_of(learner).snapshot())
    assert [layer.shape for layer in maps.layers] == [(3, 20, 20)] * 4


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("circle", dropout=0.5, normalization="batch")
    assert_left_alone(DecisionProbe(learner), learner)
    assert_left_alone(UnitsProbe(learner), learner)


def test_of_infinite_logits_no_probability_is_known() -> None:
    assert np.isnan(Answers("classes").probabilities(np.array([[np.inf, np.inf]]))).all()
