"""Drawing: the points of a problem after a hand has changed them are the data of the next run, as a link says too."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.config.drawing import can_be_drawn, with_strokes
from core.config.settings import FIELDS
from core.config.training_config import LONGEST_QUERY, TrainingConfig
from core.datasets.playground_points import spiral
from core.datasets.split import Split, unscaled
from core.drawn.points import MOST, DrawnPoints
from core.drawn.strokes import Stroke
from core.field import ConfigError
from core.learning.setup import ModelSetup

SPIRAL = TrainingConfig.suited_to("spiral").replace(width=7, learning_rate=0.02, examples=100, data_noise=0.1, seed=5)
DOT = Stroke("draw", ((1.0, -1.0),), 1)


def arrays(config: TrainingConfig) -> Split:
    return ModelSetup.of(config).dataset.load(config.examples, config.data_noise, config.train_share, config.seed)


def places(split: Split) -> Counter[tuple[float, float, int]]:
    """How often each point stands in both parts together."""
    x = unscaled(np.concatenate([split.x_train, split.x_val]), split.x_scaling).round(2)
    return counted(x, np.concatenate([split.y_train, split.y_val]))


def counted(x: np.ndarray, y: np.ndarray) -> Counter[tuple[float, float, int]]:
    return Counter((float(first), float(second), int(label)) for (first, second), label in zip(x, y, strict=True))


def test_points_of_two_classes_in_the_plane_can_be_drawn() -> None:
    drawable = {problem for problem in FIELDS["problem"].choices if can_be_drawn(problem)}
    assert drawable == {"circle", "xor", "two_gaussians", "spiral", "drawn"}


def test_the_problem_becomes_one_of_its_points_and_all_that_was_chosen_stays() -> None:
    config = with_strokes(SPIRAL, [DOT])
    assert config.changed(SPIRAL) == {"problem", "points", "examples", "data_noise"}
    points, before = DrawnPoints.read(config.points), spiral(100, 0.1, 5)
    np.testing.assert_allclose(points.x[:100], before.x, atol=0.026)
    assert (points.x[100].tolist(), points.y[100], len(points.y)) == ([1.0, -1.0], 1, 101)


def test_the_run_learns_from_the_drawn_points_each_in_one_part() -> None:
    config = with_strokes(SPIRAL, [DOT])
    points, split = DrawnPoints.read(config.points), arrays(config)
    assert places(split) == counted(points.x, points.y)
    assert len(split.x_val) == round(0.2 * 101)
    assert np.bincount(split.y_val).tolist() == [10, 10]


@pytest.mark.parametrize("tool", ["erase", "move"])
def test_a_hand_that_meets_no_point_changes_nothing(tool: Any) -> None:
    assert with_strokes(SPIRAL, [Stroke(tool, ((8.0, 8.0), (8.5, 8.0)))]) is SPIRAL


def test_a_moved_point_leaves_all_others_in_their_part() -> None:
    before = with_strokes(SPIRAL, [DOT])
    after = with_strokes(before, [Stroke("move", ((1.0, -1.0), (5.0, 5.0)))])
    parts = [unscaled(split.x_val, split.x_scaling) for split in map(arrays, (before, after))]
    assert (np.abs(parts[0] - parts[1]).max(1) > 0.01).sum() <= 1


def test_a_link_carries_as_many_points_as_can_be_drawn() -> None:
    rng = np.random.default_rng(2)
    points = DrawnPoints.of(rng.uniform(-6, 6, (MOST, 2)), np.arange(MOST) % 2).text
    config = SPIRAL.replace(problem="drawn", points=points)
    assert len(config.to_query()) < LONGEST_QUERY
    assert TrainingConfig.from_query(config.to_query()) == (config, [])


def test_points_that_a_link_spoils_are_refused_and_the_first_ones_stand_there() -> None:
    config, refusals = TrainingConfig.from_query("problem=drawn&points=nonsense")
    assert config == TrainingConfig.suited_to("drawn")
    assert refusals == ["The drawn points of the link cannot be read."]


def test_more_points_than_can_be_drawn_are_left_alone() -> None:
    with pytest.raises(ConfigError, match="At most 600 points can be drawn, and here are 2\u00a0000"):
        with_strokes(SPIRAL.replace(examples=2000), [DOT])
