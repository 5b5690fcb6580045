"""Ranges as people type them, refused in a sentence where they make no sense."""

from __future__ import annotations

import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.sweeps.setting_range import SettingRange, grid, read_range, suggested_text, sweepable


@pytest.mark.parametrize("text", ["0.001 to 1", "0.001..1", "0,001 … 1", "1e-3 – 1", "0.001 到 1"])
def test_a_range_is_read_in_every_way_it_is_written(text: str) -> None:
    assert read_range("learning_rate", text) == SettingRange("learning_rate", low=0.001, high=1.0, is_log=True)


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("learning_rate", "0.01; 0.1; 1", (0.01, 0.1, 1.0)),
        ("learning_rate", "0,01; 0,1", (0.01, 0.1)),
        ("learning_rate", "0.01, 0.1", (0.01, 0.1)),
        ("optimizer", "sgd, Adam", ("sgd", "adam")),
        ("batch_size", "8 16 16 32", (8, 16, 32)),
    ],
)
def test_a_list_is_read_each_value_once(name: str, text: str, values: tuple[object, ...]) -> None:
    assert read_range(name, text).values == values


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("learning_rate", "", "Learning rate needs a range such as 1 to 10, or a list."),
        ("learning_rate", "1 to 0.1", "Learning rate needs a range that rises, such as 1 to 10."),
        ("learning_rate", "0.1", "Learning rate needs at least two values."),
        ("learning_rate", "0.1 to 99", "Learning rate must be between 0.000001 and 10; 99 is too large."),
        ("learning_rate", "a lot; more", "Learning rate must be a number."),
        ("seed", "; ".join(map(str, range(51))), "Seed has more than 50 values."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_range(name, text)
    assert refused.value.sentence == sentence


def test_values_are_spread_by_powers_over_a_wide_range_and_evenly_over_another() -> None:
    assert read_range("learning_rate", "0.001 to 1").spread(4) == (0.001, 0.01, 0.1, 1.0)
    assert read_range("noise", "1 to 4").spread(4) == (1.0, 2.0, 3.0, 4.0)
    assert read_range("batch_size", "1 to 3").spread(9) == (1, 2, 3)


def test_a_grid_has_as_many_points_as_fit_the_budget() -> None:
    rate, noise = read_range("learning_rate", "0.001 to 1"), read_range("noise", "0 to 4")
    listed = read_range("optimizer", "sgd; adam")
    assert len(grid((rate, noise), 20)) == 16
    points = grid((rate, listed), 9)
    assert len(points) == 8
    assert points[0] == {"learning_rate": 0.001, "optimizer": "sgd"}
    with pytest.raises(ConfigError, match="at least 4 runs"):
        grid((rate, listed), 3)


@pytest.mark.parametrize("problem", ["regression", "rosenbrock", "spiral"])
def test_every_suggestion_can_be_read(problem: str) -> None:
    config = TrainingConfig.suited_to(problem)
    names = sweepable(config)
    assert "learning_rate" in names
    assert "problem" not in names
    for name in names:
        assert read_range(name, suggested_text(name, config)).name == name
