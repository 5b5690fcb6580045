"""The decision plane: what is painted, where the line runs, and that the points keep their class."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.decision_boundary import HEAT, LINE, TRAIN, VALIDATION, BoundaryChart
from widgets.charts.chart import Update

AXIS = np.linspace(-6, 6, 49)


def decision(values: np.ndarray, y: np.ndarray) -> SimpleNamespace:
    points = np.array([[1.0, 2.0], [-3.0, 4.0], [5.0, -1.0]])
    return SimpleNamespace(x1=AXIS, x2=AXIS, values=values, x_train=points, y_train=y, x_val=points[:2], y_val=y[:2])


def slope() -> np.ndarray:
    """P(class 1) of a logistic model that is undecided on x2 = x1 + 1."""
    return 1 / (1 + np.exp(AXIS[None, :] + 1 - AXIS[:, None]))


def classes() -> Update:
    value = decision(slope(), np.array([0, 1, 1], np.int32))
    return BoundaryChart(setup_of("spiral")).update(model_moment(findings={"decision": value}))


def test_the_line_runs_where_the_model_is_undecided() -> None:
    line = classes()["traces"][LINE]
    drawn = np.isfinite(line["x"])
    assert drawn.sum() > 20
    assert line["y"][drawn] == pytest.approx(line["x"][drawn] + 1, abs=1e-5)


def test_the_plane_is_painted_with_the_probabilities_between_0_and_1() -> None:
    heat = classes()["traces"][HEAT]
    assert (heat["zmin"], heat["zmax"]) == (0, 1)
    assert heat["z"] == pytest.approx(slope())


def test_points_say_their_class_by_shape_and_word_as_well_as_by_colour() -> None:
    train, validation = classes()["traces"][TRAIN], classes()["traces"][VALIDATION]
    assert train["marker.symbol"] == ["circle", "square", "square"]
    assert train["text"] == ["0", "1", "1"]
    assert validation["marker.color"].tolist() == [0, 1]
    assert (train["x"].tolist(), train["y"].tolist()) == ([1, -3, 5], [2, 4, -1])


def test_training_and_validation_points_have_different_outlines() -> None:
    figure = BoundaryChart(setup_of("spiral")).panel().figure
    assert figure.data[TRAIN].marker.line.color != figure.data[VALIDATION].marker.line.color


def test_a_quantity_is_painted_from_the_least_to_the_greatest_training_target_and_has_no_line() -> None:
    value = decision(np.add.outer(AXIS, AXIS), np.array([[-0.5], [2.0], [0.25]], np.float32))
    traces = BoundaryChart(setup_of("plane")).update(model_moment(findings={"decision": value}))["traces"]
    assert (traces[HEAT]["zmin"], traces[HEAT]["zmax"]) == (-0.5, 2.0)
    assert traces[TRAIN]["marker.color"].tolist() == [-0.5, 2.0, 0.25]
    assert (traces[TRAIN]["marker.cmin"], traces[TRAIN]["marker.cmax"]) == (-0.5, 2.0)
    assert "x" not in traces[LINE]


def test_before_the_first_finding_nothing_shows() -> None:
    chart = BoundaryChart(setup_of("spiral"))
    assert all(trace.visible is False for trace in chart.panel().figure.data)
    assert all(not trace["visible"] for trace in chart.update(model_moment())["traces"].values())
