"""The step view's picture, recomputed by hand from the objective's own value."""

import re

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective
from tests.support.moments import moment_at, moment_of, observe
from widgets.charts.chart import Update
from widgets.charts.moment import Moment
from widgets.charts.surface.next_step import NextStepChart
from widgets.charts.surface.plane_chart import PlaneSetup

LEVEL, PREDICTION, CURVE, STEP, UNSTABLE, RISING, WORDS = range(7)
BOWL = TrainingConfig(problem="bowl", start_x=3.0, start_y=1.0)  # 0.5 (x² + 10 y²): curvatures 1 and 10, limit 0.2


def drawn(config: TrainingConfig, moment: Moment) -> Update:
    return NextStepChart(PlaneSetup.of(config)).update(moment)


def bowl(point: np.ndarray) -> float:
    return float(0.5 * (point[0] ** 2 + 10 * point[1] ** 2))


@pytest.mark.parametrize("problem", ["regression", *SURFACES])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_step_runs_from_the_loss_now_to_the_loss_at_point_plus_update(problem: str, optimizer: str) -> None:
    config = TrainingConfig(problem=problem, optimizer=optimizer, learning_rate=0.003)
    moment = moment_at(config)
    step = drawn(config, moment)["traces"][STEP]
    landing = moment.point + moment.view.terms.update
    expected = [float(build_objective(config).value(*p)) for p in (moment.point, landing)]
    assert step["y"] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert step["x"] == [0, 0.003 if OPTIMIZERS[optimizer].proportional else 1.0]


@pytest.mark.parametrize("rate", [1e-5, 0.01, 0.15, 0.25, 2.0, 10.0])
def test_the_curve_is_the_loss_along_the_gradient_by_learning_rate(rate: float) -> None:
    config = BOWL.replace(learning_rate=rate)
    update = drawn(config, moment_at(config))
    gradient = np.array([3.0, 10.0])
    bottom, top = update["layout"]["yaxis.range"]
    for x, y in zip(update["traces"][CURVE]["x"], update["traces"][CURVE]["y"], strict=True):
        exact = bowl(np.array([3.0, 1.0]) - x * gradient)
        assert y == pytest.approx(exact, rel=1e-6) or (y > top and exact > top)
    assert bottom <= min(update["traces"][CURVE]["y"])


@pytest.mark.parametrize("rate", [1e-4, 0.1, 0.19, 0.3])
def test_on_a_bowl_the_quadratic_prediction_is_the_curve_itself(rate: float) -> None:
    config = BOWL.replace(learning_rate=rate)
    traces = drawn(config, moment_at(config))["traces"]
    assert traces[PREDICTION]["y"] == pytest.approx(traces[CURVE]["y"], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("rate", [0.01, 0.1, 1.0])
def test_the_band_begins_at_the_stability_limit(rate: float) -> None:
    config = BOWL.replace(learning_rate=rate)
    update = drawn(config, moment_at(config))
    band, end = update["traces"][UNSTABLE], update["layout"]["xaxis.range"][1]
    assert band["x"] == pytest.approx([0.2, end, end, 0.2], rel=1e-5)
    bottom, top = update["layout"]["yaxis.range"]
    assert min(band["y"]) < bottom
    assert max(band["y"]) > top
    assert update["traces"][WORDS]["text"][0] == "unstable over many steps"
    # Plotly leaves out words at a point beyond the axis, by however little: a rate in float32 was 4e-10 too far.
    assert update["traces"][WORDS]["x"][0] * (1 + 1e-4) < update["layout"]["xaxis.range"][1]


def test_the_line_of_rise_stands_where_the_loss_is_back_at_its_value() -> None:
    config = BOWL.replace(learning_rate=0.05)
    traces = drawn(config, moment_at(config))["traces"]
    # 0.5 (9 (1 - a)² + 10 (1 - 10 a)²) = 9.5  <=>  a = 2 * (9 + 100) / (9 + 1000)
    assert traces[RISING]["x"] == pytest.approx([218 / 1009] * 2, rel=1e-5)
    assert traces[WORDS]["x"][1] == traces[RISING]["x"][0]
    assert traces[WORDS]["text"][1] == "beyond: this step raises the loss"


@pytest.mark.parametrize("rate", [1e-4, 0.05, 0.19, 0.25, 1.0, 10.0])
def test_now_and_landing_are_inside_the_axes_however_far_it_overshoots(rate: float) -> None:
    config = BOWL.replace(learning_rate=rate)
    update = drawn(config, moment_at(config))
    for axis in "xy":
        low, high = update["layout"][f"{axis}axis.range"]
        assert low <= min(update["traces"][STEP][axis])
        assert max(update["traces"][STEP][axis]) <= high


def test_a_step_carried_uphill_by_momentum_shows_how_far_up() -> None:
    config = BOWL.replace(optimizer="momentum", learning_rate=1e-4)
    seen = observe(config, first_moment=(0.5, 0.5))
    update = drawn(config, moment_of(config, seen))
    start, landing = update["traces"][STEP]["y"]
    bottom, top = update["layout"]["yaxis.range"]
    assert landing > start
    assert (landing - start) / (top - bottom) > 0.3


def test_an_infinite_landing_is_drawn_at_the_top_and_called_infinite() -> None:
    config = BOWL.replace(learning_rate=10)
    moment = moment_at(config)
    view = type(moment.view)(**{**vars(moment.view), "actual": -np.inf})
    update = drawn(config, Moment(moment.seen, view, moment.rows, ()))
    assert update["layout"]["yaxis.range"][0] <= update["traces"][STEP]["y"][1] <= update["layout"]["yaxis.range"][1]
    assert update["traces"][STEP]["text"][1] == "after the step<br>loss ∞"


def test_hover_tells_the_true_losses() -> None:
    config = BOWL.replace(learning_rate=0.05)
    texts = drawn(config, moment_at(config))["traces"][STEP]["text"]
    told = [float(re.split("loss ", text)[1]) for text in texts]
    assert told == pytest.approx([9.5, 0.5 * (2.85**2 + 10 * 0.5**2)], rel=1e-4)


def test_where_nothing_moves_nothing_is_said_to_rise() -> None:
    config = TrainingConfig(problem="bowl")
    seen = observe(config, point=(0.0, 0.0))
    still = type(seen)(**{**vars(seen), "gradient": np.zeros(2)})
    update = drawn(config, moment_of(config, still))
    assert np.all(np.isnan(update["traces"][RISING]["x"]))
    assert update["traces"][WORDS]["text"][1] == ""
    assert np.ptp(update["layout"]["yaxis.range"]) > 0.1


@pytest.mark.parametrize("problem", ["regression", *SURFACES])
def test_what_is_drawn_fits_in_float32(problem: str) -> None:
    config = TrainingConfig(problem=problem, learning_rate=10)
    update = drawn(config, moment_at(config))
    for trace in (PREDICTION, CURVE):
        assert np.all(np.isfinite(update["traces"][trace]["y"].astype(np.float32)))


def test_ranges_do_not_move_while_the_point_creeps() -> None:
    config = TrainingConfig(learning_rate=0.06)
    chart = NextStepChart(PlaneSetup.of(config))
    layouts = [
        chart.update(moment_at(config, point=p))["layout"] for p in np.linspace((2.5, 2.75), (2.503, 2.7485), 20)
    ]
    ranges = {tuple(layout[f"{axis}axis.range"]) for axis in "xy" for layout in layouts}
    assert len(ranges) <= 3
