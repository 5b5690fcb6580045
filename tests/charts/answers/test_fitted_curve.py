"""The curve through data of one feature, and on which pages it is."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from core.datasets.registry import DATASETS
from core.learning.setup import ModelSetup
from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.fitted_curve import CURVE, MOST_POINTS, TRAINING, VALIDATION, FittedChart
from widgets.charts.chart import Update


def one_feature() -> ModelSetup:
    """A setup like the diabetes' with one feature, whose name is what a CSV may have."""
    setup = setup_of("diabetes")
    return replace(setup, dataset=replace(DATASETS["diabetes"], input_shape=(1,), features=("<b>age</b>",)))


def update(curve: np.ndarray, n: int = 3) -> Update:
    x = np.linspace(0, 10, len(curve))
    points = np.linspace(0, 10, n)
    found = SimpleNamespace(x=x, y=curve, x_train=points, y_train=2 * points, x_val=points + 0.5, y_val=2 * points + 1)
    return FittedChart(one_feature()).update(model_moment(findings={"fitted-curve": found}))


def test_points_and_curve_stand_where_they_are() -> None:
    traces = update(np.arange(5.0))["traces"]
    assert (traces[TRAINING]["x"].tolist(), traces[TRAINING]["y"].tolist()) == ([0, 5, 10], [0, 10, 20])
    assert (traces[VALIDATION]["x"].tolist(), traces[VALIDATION]["y"].tolist()) == ([0.5, 5.5, 10.5], [1, 11, 21])
    assert (traces[CURVE]["x"].tolist(), traces[CURVE]["y"].tolist()) == ([0, 2.5, 5, 7.5, 10], [0, 1, 2, 3, 4])


def test_the_axes_contain_the_points_and_every_finite_part_of_the_curve() -> None:
    layout = update(np.array([-50.0, np.nan, np.inf, 3.0]))["layout"]
    low, high = layout["yaxis.range"]
    assert low < -50
    assert high > 21
    assert layout["xaxis.range"][0] < 0 < 10 < layout["xaxis.range"][1]


def test_no_more_points_are_drawn_than_a_page_can_bear() -> None:
    traces = update(np.arange(5.0), n=5 * MOST_POINTS)["traces"]
    assert len(traces[TRAINING]["x"]) == len(traces[VALIDATION]["y"]) == MOST_POINTS


def test_it_is_on_the_page_of_one_feature_alone_and_its_name_is_text() -> None:
    assert FittedChart.fits(one_feature())
    assert not FittedChart.fits(setup_of("diabetes"))
    title = FittedChart(one_feature()).panel().figure.layout.xaxis.title.text
    assert "<b>" not in title
    assert "age" in title
