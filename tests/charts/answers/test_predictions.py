"""Predicted by true value."""

from types import SimpleNamespace

import numpy as np

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.predictions import DIAGONAL, MOST_POINTS, POINTS, PredictionsChart

TRUTH = np.array([25.0, 150.0, 346.0])


def predictions(predicted: np.ndarray, truth: np.ndarray = TRUTH) -> SimpleNamespace:
    return SimpleNamespace(truth=truth, predicted=predicted, r2=0.4321)


def test_points_stand_at_the_true_and_the_predicted_value_in_the_targets_own_units() -> None:
    chart = PredictionsChart(setup_of("diabetes"))
    predicted = np.array([100.0, 160.0, 280.0])
    points = chart.update(model_moment(findings={"predictions": predictions(predicted)}))["traces"][POINTS]
    assert (points["x"].tolist(), points["y"].tolist()) == (TRUTH.tolist(), predicted.tolist())
    assert chart.panel().figure.layout.xaxis.title.text == "true: progression of the disease after a year"


def test_the_dotted_line_is_the_diagonal_across_all_true_values() -> None:
    update = PredictionsChart(setup_of("diabetes")).update(model_moment(findings={"predictions": predictions(TRUTH)}))
    diagonal = update["traces"][DIAGONAL]
    assert diagonal["x"] == diagonal["y"] == update["layout"]["xaxis.range"]
    assert diagonal["x"][0] < 25 < 346 < diagonal["x"][1]


def test_the_axis_contains_every_finite_prediction_and_the_note_says_how_good_they_are() -> None:
    wild = predictions(np.array([-4000.0, np.nan, 9000.0]))
    update = PredictionsChart(setup_of("diabetes")).update(model_moment(findings={"predictions": wild}))
    low, high = update["layout"]["yaxis.range"]
    assert low < -4000 < 9000 < high
    assert update["note"].startswith("R² 0.432")


def test_no_more_points_are_drawn_than_a_page_can_bear() -> None:
    many = np.linspace(0, 1, 5 * MOST_POINTS)
    update = PredictionsChart(setup_of("diabetes")).update(
        model_moment(findings={"predictions": predictions(many, many)})
    )
    assert len(update["traces"][POINTS]["x"]) == MOST_POINTS
