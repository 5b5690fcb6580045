"""The largest eigenvalue and its threshold, which for gradient descent is 2 / learning rate."""

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of, sharpness
from widgets.charts.finding_update import AWAITED
from widgets.charts.training.curvature import EIGENVALUE, THRESHOLD, CurvatureChart


def test_the_eigenvalue_is_drawn_against_two_over_the_learning_rate() -> None:
    found = sharpness([10, 40, 95], [0.05, 0.02, 0.02], step=1000)
    update = CurvatureChart(setup_of()).update(model_moment(1000, {"curvature": found}))
    traces = update["traces"]
    assert traces[EIGENVALUE]["x"].tolist() == traces[THRESHOLD]["x"].tolist()[:3] == [0, 500, 1000]
    assert traces[EIGENVALUE]["y"].tolist() == [10, 40, 95]
    assert traces[THRESHOLD]["y"] == pytest.approx([40, 100, 100, 100])
    bottom, top = update["layout"]["yaxis.range"]
    assert bottom <= 1
    assert top >= 2


def test_a_single_estimate_draws_its_threshold_to_the_end_of_the_axis() -> None:
    update = CurvatureChart(setup_of()).update(model_moment(0, {"curvature": sharpness([40.0], [0.02], step=0)}))
    assert update["traces"][THRESHOLD]["x"].tolist() == [0, update["layout"]["xaxis.range"][1]]
    assert update["traces"][THRESHOLD]["y"] == pytest.approx([100, 100])


def test_the_note_says_that_it_is_an_estimate_how_well_it_converged_and_when() -> None:
    moment = model_moment(1000, {"curvature": sharpness([10, 95], [0.02, 0.02])}, found_at=880)
    words = "local, quadratic estimate on 256 examples · 95.0 ± 0.030"
    update = CurvatureChart(setup_of()).update(moment)
    assert (update["note"], update["footer"]) == (words, "as of step 880")


def test_where_the_loss_does_not_curve_upwards_there_is_a_gap() -> None:
    found = sharpness([10, -3, 20], [0.02, 0.02, 0.02])
    update = CurvatureChart(setup_of()).update(model_moment(1000, {"curvature": found}))
    for trace in (EIGENVALUE, THRESHOLD):
        assert np.isnan(update["traces"][trace]["y"][:3]).tolist() == [False, True, False]
    assert np.all(np.isfinite(update["layout"]["yaxis.range"]))


def test_before_the_first_estimate_nothing_is_drawn() -> None:
    update = CurvatureChart(setup_of()).update(model_moment())
    assert [len(trace["y"]) for trace in update["traces"].values()] == [0, 0]
    assert update["note"] == AWAITED


@pytest.mark.parametrize(("preconditioned", "tail"), [(False, ""), (True, ", preconditioned")])
def test_a_preconditioned_eigenvalue_is_called_that(preconditioned: bool, tail: str) -> None:
    found = sharpness([10, 20], [0.02, 0.02], preconditioned=preconditioned)
    update = CurvatureChart(setup_of(optimizer="adam")).update(model_moment(findings={"curvature": found}))
    assert update["traces"][EIGENVALUE]["name"] == f"largest eigenvalue{tail}"


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [("sgd", "2 / learning rate"), ("momentum", "2 (1 + μ) / learning rate"), ("adam", "stable below")],
)
def test_the_threshold_has_the_name_of_its_optimizers_rule(optimizer: str, name: str) -> None:
    assert CurvatureChart(setup_of(optimizer=optimizer)).panel().figure.data[THRESHOLD].name == name
