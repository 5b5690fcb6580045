"""Path and arrows on the loss surface, recomputed by hand from the moment they were drawn for."""

import re
from typing import Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective
from tests.support.moments import moment_at, moment_of, observe
from widgets.charts.chart import Update
from widgets.charts.surface.plane_chart import PlaneSetup
from widgets.charts.surface.surface import SurfaceChart
from widgets.charts.surface.surface_3d import Surface3DChart
from widgets.charts.surface.surface_grid import shades

ADDITIVE = ("sgd", "momentum", "nesterov")
PATH, GRADIENT, MOMENTUM, UPDATE, POINT = 3, 4, 5, 6, 7
WITH_MOMENTUM: dict[str, Any] = {"optimizer": "momentum", "learning_rate": 1e-5, "momentum": 0.9}


def chart_of(config: TrainingConfig) -> SurfaceChart:
    return SurfaceChart(PlaneSetup.of(config))


def factor(update: Update) -> float:
    """The magnification that the note states; 1 if it states none."""
    stated = re.search(r"arrows × (\S+)", update["note"])
    return float(stated[1].rstrip(",")) if stated else 1.0


def gradient_factor(update: Update) -> float:
    """The magnification of the gradient's arrow alone, or else that of all."""
    stated = re.search(r"gradient × (\S+)", update["note"])
    return float(stated[1]) if stated else factor(update)


def arrow(update: Update, trace: int) -> np.ndarray:
    """Tip minus tail of an arrow; zero where none is drawn."""
    drawn = update["traces"][trace]
    if not len(drawn["x"]):
        return np.zeros(2)
    return np.array([np.diff(drawn["x"])[0], np.diff(drawn["y"])[0]])


CASES = [
    ({"optimizer": "sgd", "learning_rate": 0.01}, lambda s: -0.01 * s.gradient),
    ({"optimizer": "sgd", "learning_rate": 1e-5}, lambda s: -1e-5 * s.gradient),
    (
        {"optimizer": "momentum", "learning_rate": 1e-3, "momentum": 0.8},
        lambda s: 0.8 * s.slots["v"] - 1e-3 * s.gradient,
    ),
    (
        {"optimizer": "nesterov", "learning_rate": 1e-3, "momentum": 0.8},
        lambda s: 0.8 * (0.8 * s.slots["v"] - 1e-3 * s.gradient) - 1e-3 * s.gradient,
    ),
    ({"optimizer": "lion", "learning_rate": 1e-3}, lambda s: -1e-3 * np.sign(0.9 * s.slots["m"] + 0.1 * s.gradient)),
]


@pytest.mark.parametrize(("settings", "rule"), CASES, ids=lambda case: str(case) if isinstance(case, dict) else "")
def test_the_update_arrow_ends_at_point_plus_the_stated_factor_times_the_update(settings: dict, rule: object) -> None:
    assert callable(rule)
    config = TrainingConfig(problem="bowl", **settings)
    moment = moment_at(config)
    update = chart_of(config).update(moment)
    tail = [update["traces"][UPDATE][axis][0] for axis in "xy"]
    assert tail == moment.seen.parameters.tolist()
    assert arrow(update, UPDATE) == pytest.approx(factor(update) * rule(moment.seen), rel=1e-9)


@pytest.mark.parametrize("optimizer", ADDITIVE)
@pytest.mark.parametrize("rate", [1e-5, 0.003, 1.0])
def test_gradient_and_momentum_arrows_add_up_to_the_update_at_one_scale(optimizer: str, rate: float) -> None:
    config = TrainingConfig(problem="himmelblau", optimizer=optimizer, learning_rate=rate)
    moment = moment_at(config, point=(1.0, 2.0))
    update = chart_of(config).update(moment)
    gradient, scale = arrow(update, GRADIENT), factor(update)
    assert gradient == pytest.approx(-rate * moment.seen.gradient * gradient_factor(update), rel=1e-9)
    at_one_scale = gradient * scale / gradient_factor(update)
    assert at_one_scale + arrow(update, MOMENTUM) == pytest.approx(arrow(update, UPDATE), rel=1e-9)


@pytest.mark.parametrize("momentum", [(0.02, -0.03), (2.0, -1.0)])  # magnified, and at true length
def test_a_gradient_that_is_a_small_part_of_the_update_is_magnified_by_a_factor_of_its_own(
    momentum: tuple[float, float],
) -> None:
    config = TrainingConfig(problem="himmelblau", **WITH_MOMENTUM)
    moment = moment_of(config, observe(config, (1.0, 2.0), first_moment=momentum))
    update = chart_of(config).update(moment)
    spans = np.array([high - low for low, high in SURFACES["himmelblau"].domain])
    assert 0.05 < np.linalg.norm(arrow(update, GRADIENT) / spans) <= 0.16 + 1e-9
    assert gradient_factor(update) > factor(update)
    assert f"{gradient_factor(update):e}"[:8] in ("1.000000", "2.000000", "5.000000")


def test_a_gradient_that_moves_no_digit_shown_is_not_magnified() -> None:
    config = TrainingConfig(problem="himmelblau", **WITH_MOMENTUM)
    seen = observe(config, (1.0, 2.0))
    level = type(seen)(**{**vars(seen), "gradient": np.array([1e-7, 0.0])})
    update = chart_of(config).update(moment_of(config, level))
    assert gradient_factor(update) == factor(update)


@pytest.mark.parametrize("optimizer", sorted(set(OPTIMIZERS) - set(ADDITIVE)))
def test_where_the_gradient_is_rescaled_its_arrow_shows_downhill_as_long_as_the_update(optimizer: str) -> None:
    config = TrainingConfig(problem="rosenbrock", optimizer=optimizer, learning_rate=1e-3)
    moment = moment_at(config)
    update = chart_of(config).update(moment)
    spans = np.array([high - low for low, high in SURFACES["rosenbrock"].domain])
    drawn, downhill = arrow(update, GRADIENT), -moment.seen.gradient
    assert drawn / np.linalg.norm(drawn) == pytest.approx(downhill / np.linalg.norm(downhill))
    assert np.linalg.norm(drawn / spans) == pytest.approx(np.linalg.norm(arrow(update, UPDATE) / spans))


@pytest.mark.parametrize("exponent", np.linspace(-4, 1, 60))
def test_arrows_are_long_enough_to_see_and_magnified_by_a_round_factor(exponent: float) -> None:
    config = TrainingConfig(problem="bowl", learning_rate=float(10**exponent))
    moment = moment_at(config)
    update = chart_of(config).update(moment)
    longest = np.linalg.norm(arrow(update, UPDATE) / 10)  # the bowl's domain is 10 wide and high
    assert longest > 0.05
    if factor(update) != 1:
        assert longest <= 0.16 + 1e-9
        assert f"{factor(update):e}"[:8] in ("1.000000", "2.000000", "5.000000")


def test_an_update_that_moves_no_digit_shown_has_no_arrow() -> None:
    config = TrainingConfig(problem="bowl", start_x=4, start_y=0)  # 4.00000: the last digit is 1e-5
    for rate, magnified in ((2e-6, False), (4e-6, True)):
        seen = observe(config)
        exact = type(seen)(**{**vars(seen), "gradient": np.array([4.0, 0.0]), "hyper": {"learning_rate": rate}})
        update = chart_of(config).update(moment_of(config, exact))
        assert (np.any(arrow(update, UPDATE)), factor(update) > 1) == (magnified, magnified)


def test_the_gradients_arrow_stands_beside_that_of_the_update_where_both_point_the_same_way() -> None:
    config = TrainingConfig(problem="bowl", learning_rate=0.01)
    traces = chart_of(config).update(moment_at(config))["traces"]
    one, other = (np.array([traces[i]["x"], traces[i]["y"]]) for i in (GRADIENT, UPDATE))
    aside = one[:, 0] - other[:, 0]
    assert np.linalg.norm(aside) == pytest.approx(0.012 * 10)
    assert aside @ (other[:, 1] - other[:, 0]) == pytest.approx(0)


def test_an_arrow_just_below_a_power_of_ten_of_magnification_is_drawn() -> None:
    config = TrainingConfig(problem="bowl", start_x=4, start_y=0)
    rates = [np.nextafter(0.0004, 0), 0.0004, np.nextafter(0.0004, 1)]  # 0.16 of the width is 1.6; the gradient 4
    factors = []
    for rate in rates:
        seen = observe(config)
        exact = type(seen)(**{**vars(seen), "gradient": np.array([4.0, 0.0]), "hyper": {"learning_rate": float(rate)}})
        factors.append(factor(chart_of(config).update(moment_of(config, exact))))
    assert factors == [1000, 1000, 1000]


def test_the_path_leads_through_every_row_to_the_point() -> None:
    config = TrainingConfig(problem="booth")
    moment = moment_at(config, point=(0.5, 2.5))
    traces = chart_of(config).update(moment)["traces"]
    assert traces[PATH]["x"].tolist() == [*moment.rows["parameter_0"].tolist(), 0.5]
    assert traces[PATH]["y"].tolist() == [*moment.rows["parameter_1"].tolist(), 2.5]
    assert (traces[POINT]["x"].tolist(), traces[POINT]["y"].tolist()) == ([0.5], [2.5])


def test_nothing_is_drawn_where_nothing_pulls() -> None:
    config = TrainingConfig(problem="bowl")
    seen = observe(config, point=(0.0, 0.0))
    still = type(seen)(**{**vars(seen), "gradient": np.zeros(2)})
    update = chart_of(config).update(moment_of(config, still))
    assert [len(update["traces"][trace]["x"]) for trace in (GRADIENT, MOMENTUM, UPDATE)] == [0, 0, 0]
    assert factor(update) == 1


@pytest.mark.parametrize("problem", ["regression", *SURFACES])
def test_every_known_minimum_has_its_star(problem: str) -> None:
    config = TrainingConfig(problem=problem)
    stars = chart_of(config).panel().figure.data[2]
    assert list(zip(stars.x, stars.y, strict=True)) == list(build_objective(config).minima)


def test_the_heat_map_carries_the_true_losses_for_reading() -> None:
    config = TrainingConfig(problem="beale")
    heat = chart_of(config).panel().figure.data[0]
    x, y = np.meshgrid(heat.x, heat.y)
    assert heat.customdata == pytest.approx(SURFACES["beale"](x, y), rel=1e-6)


def test_in_space_the_path_floats_just_above_the_surface_and_ends_at_the_point() -> None:
    config = TrainingConfig(problem="bowl")
    setup = PlaneSetup.of(config)
    moment = moment_at(config, point=(1.0, -1.0))
    traces = Surface3DChart(setup).update(moment)["traces"]
    path, now = traces[2], traces[3]
    heights = shades(0.5 * (path["x"] ** 2 + 10 * path["y"] ** 2), setup.grid.loss)
    above = (path["z"] - heights) / np.ptp(setup.grid.shade)
    assert np.all((above > 0) & (above < 0.02))
    assert [now[axis].tolist() for axis in "xyz"] == [[1.0], [-1.0], [path["z"][-1]]]


def test_in_space_the_path_floats_above_all_of_the_surface_too_and_falls_to_the_point() -> None:
    config = TrainingConfig(problem="rastrigin")
    setup = PlaneSetup.of(config)
    traces = Surface3DChart(setup).update(moment_at(config, point=(1.0, -1.0)))["traces"]
    path, above = traces[2], traces[4]
    assert above["x"][:-1].tolist() == path["x"].tolist()
    assert above["z"][:-1].min() > setup.grid.shade.max()
    assert [above[axis][-1] for axis in "xyz"] == [path[axis][-1] for axis in "xyz"]


def test_in_space_the_path_is_cut_where_it_leaves_the_surface() -> None:
    config = TrainingConfig(problem="bowl", start_x=-4, start_y=0)
    traces = Surface3DChart(PlaneSetup.of(config)).update(moment_at(config, point=(1e20, 0.0)))["traces"]
    assert np.isnan(traces[2]["z"]).tolist() == [False, True, True, True, True, True]
    assert np.isnan(traces[3]["z"]).all()
