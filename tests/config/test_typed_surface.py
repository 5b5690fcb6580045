"""The surface of a typed formula: its start, its lowest point and its rate follow from the formula."""

from __future__ import annotations

import numpy as np
import pytest

from core.config.suggested import suitable_rate
from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective, build_trainer
from widgets.charts.surface.surface_grid import surface_grid
from widgets.scenes.config_change import with_changes

HALF_DEFINED = "log(x) + y^2"  # for x > 0


def typed(formula: str, **settings: object) -> TrainingConfig:
    return with_changes(TrainingConfig.suited_to("custom"), {"formula": formula, **settings})


@pytest.mark.parametrize(
    ("formula", "lowest"),
    [
        ("x^2 + y^2", (0, 0)),
        ("(x-1)^2 + 4(y+2)^2 + 7", (1, -2)),
        ("(1-x)^2 + 100(y-x^2)^2", (1, 1)),
        ("abs(x-0.5) + abs(y)", (0.5, 0)),
        ("sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1", (-0.54719755, -1.54719755)),  # McCormick's, as published
    ],
)
def test_the_lowest_point_is_found(formula: str, lowest: tuple[float, float]) -> None:
    (found,) = build_objective(typed(formula)).minima
    assert found == pytest.approx(lowest, abs=1e-6)


@pytest.mark.parametrize("formula", ["x + y", "-x^2 - y^2", "x^2 - y^2", "1/x", HALF_DEFINED, "(x-5)^2 + y^2"])
def test_no_lowest_point_is_claimed_where_the_surface_goes_on_falling(formula: str) -> None:
    objective = build_objective(typed(formula))
    assert objective.minima == ()
    assert objective.minimum is None


def test_the_run_begins_where_the_formula_is_defined() -> None:
    (x, _y) = build_objective(typed(HALF_DEFINED)).initial[0]
    assert x > 0
    with pytest.raises(ConfigError, match="no finite value at the start"):
        typed(HALF_DEFINED, start_x=-1)
    for formula in ("sqrt(-1 - x^2)", "1e308x^2", "x/0"):
        with pytest.raises(ConfigError, match="no value to train on in the part that is shown"):
            typed(formula)


def test_a_surface_that_is_half_defined_is_drawn_where_it_is() -> None:
    grid = surface_grid(build_objective(typed(HALF_DEFINED)))
    assert np.array_equal(np.isfinite(grid.shade), np.broadcast_to(grid.x > 0, grid.shade.shape))
    drawn = grid.contours[0][np.isfinite(grid.contours[0])]
    assert len(drawn) > 100
    assert drawn.min() > 0


def test_another_formula_brings_a_rate_with_which_plain_descent_arrives() -> None:
    for formula, curvature in (("50x^2 + y^2", 100.0), ("0.005x^2 + 0.005y^2", 0.01)):
        config = typed(formula)
        assert config.learning_rate < 2 / curvature
        assert config.learning_rate == suitable_rate("custom", "sgd", vars(config))
    config = typed("50x^2 + 50y^2")
    record = build_trainer(config, build_objective(config)).advance(200)
    assert record.loss[-1] == pytest.approx(0, abs=1e-6)


def test_a_link_carries_the_formula_and_one_that_is_none_gets_a_sentence() -> None:
    config = typed("x^2 + 2y^2 + sin(3x)", reach=5)
    assert TrainingConfig.from_query(config.to_query()) == (config, [])
    refused, sentences = TrainingConfig.from_query("problem=custom&formula=import+os")
    assert refused == TrainingConfig.suited_to("custom")
    assert len(sentences) == 1
    undefined, sentences = TrainingConfig.from_query("problem=custom&formula=log(x)&start_x=-1")
    assert undefined == TrainingConfig.suited_to("custom")
    assert sentences == ["The formula has no finite value at the start; choose another start."]


def test_the_surface_of_the_menu_is_one_of_the_registry() -> None:
    config = TrainingConfig.suited_to("custom")
    objective = build_objective(config)
    assert objective.domain == ((-3, 3), (-3, 3))
    x, y = np.array(-1.25), np.array(0.5)
    expected = x * x / 2 + 2 * y * y + np.sin(3 * x) * np.cos(3 * y)
    assert objective.value(x, y) == pytest.approx(expected)


@pytest.mark.parametrize("formula", ["1e-7*(x*x+y*y)", "1e7*(x*x+y*y)"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_however_flat_or_steep_a_surface_the_rate_that_comes_with_an_optimizer_is_legal(
    formula: str, optimizer: str
) -> None:
    config = with_changes(TrainingConfig.suited_to("custom"), {"formula": formula, "optimizer": optimizer})
    assert (vars(config)["formula"], config.optimizer) == (formula, optimizer)
    link = TrainingConfig.from_query(f"problem=custom&optimizer={optimizer}&formula={formula.replace('+', '%2B')}")
    assert link == (config, [])
