"""The line through the data and the coordinates by step, recomputed by hand."""

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.training.build import build_objective
from tests.support.moments import moment_at
from widgets.charts.surface.parameters import CoordinatesChart, RegressionChart
from widgets.charts.surface.plane_chart import PlaneSetup


def regression(**settings: object) -> LinearRegression:
    objective = build_objective(TrainingConfig().replace(**settings))
    assert isinstance(objective, LinearRegression)
    return objective


def line_chart(**settings: object) -> RegressionChart:
    return RegressionChart(PlaneSetup.of(TrainingConfig().replace(**settings)))


def test_the_line_is_that_of_the_parameters_and_the_note_says_so() -> None:
    chart = line_chart()
    ends = np.array(chart.panel().figure.data[2].x)
    update = chart.update(moment_at(TrainingConfig(), point=(-1.5, -2.25)))
    assert update["traces"][2]["y"] == pytest.approx(-1.5 * ends - 2.25)
    assert update["note"] == "ŷ = −1.500 x − 2.250"


@pytest.mark.parametrize("settings", [{}, {"samples": 2}, {"noise": 0}, {"samples": 10_000, "noise": 5}])
def test_the_dotted_line_is_least_squares(settings: dict[str, object]) -> None:
    objective = regression(**settings)
    line = line_chart(**settings).panel().figure.data[1]
    expected = np.polyfit(objective.x.astype(float), objective.y.astype(float), 1)
    assert np.array(line.y) == pytest.approx(np.polyval(expected, np.array(line.x)), abs=1e-6)


@pytest.mark.parametrize("settings", [{}, {"samples": 2}, {"noise": 0}, {"samples": 10_000, "noise": 5}])
def test_all_data_that_are_drawn_lie_inside_the_axes(settings: dict[str, object]) -> None:
    figure = line_chart(**settings).panel().figure
    points = figure.data[0]
    assert figure.layout.xaxis.range[0] < min(points.x) < max(points.x) < figure.layout.xaxis.range[1]
    assert figure.layout.yaxis.range[0] < min(points.y) < max(points.y) < figure.layout.yaxis.range[1]


def test_of_many_points_a_thousand_are_drawn_and_the_note_admits_it() -> None:
    panel = line_chart(samples=5000).panel()
    assert len(panel.figure.data[0].x) == 1000
    assert panel.note.startswith("1\u00a0000 of 5\u00a0000 points")


def coordinates(problem: str) -> tuple[TrainingConfig, CoordinatesChart]:
    config = TrainingConfig(problem=problem)
    return config, CoordinatesChart(PlaneSetup.of(config))


def test_the_coordinates_end_at_the_point_now() -> None:
    config, chart = coordinates("booth")
    moment = moment_at(config, point=(0.25, 1.75))
    traces = chart.update(moment)["traces"]
    for trace, name, now in ((2, "parameter_0", 0.25), (3, "parameter_1", 1.75)):
        assert traces[trace]["x"].tolist() == [0, 1, 2, 3, 4, 5]
        assert traces[trace]["y"].tolist() == [*moment.rows[name].tolist(), now]


@pytest.mark.parametrize(
    ("point", "nearest"),
    [((2.5, 2.5), (3.0, 2.0)), ((3.0, -1.0), (3.584428, -1.848127)), ((-3, -3), (-3.77931, -3.283186))],
)
def test_dotted_is_the_minimum_nearest_to_the_point(point: tuple[float, float], nearest: tuple[float, float]) -> None:
    config, chart = coordinates("himmelblau")
    traces = chart.update(moment_at(config, point))["traces"]
    assert [traces[0]["y"], traces[1]["y"]] == [pytest.approx([value] * 2, abs=1e-5) for value in nearest]


def test_where_no_minimum_is_known_none_is_drawn_or_mentioned() -> None:
    config, chart = coordinates("saddle")
    assert set(chart.update(moment_at(config))["traces"]) == {2, 3}
    assert chart.panel().note == "x solid, y dashed"


@pytest.mark.parametrize("point", [(0.0, 0.0), (1e30, -1e34), (1e-30, 0.0)])
def test_the_axis_contains_both_coordinates(point: tuple[float, float]) -> None:
    config, chart = coordinates("saddle")
    update = chart.update(moment_at(config, point))
    bottom, top = update["layout"]["yaxis.range"]
    drawn = np.concatenate([update["traces"][trace]["y"] for trace in (2, 3)])
    assert bottom <= drawn.min() <= drawn.max() <= top


def test_the_first_frame_finds_the_axes_where_the_empty_chart_had_them() -> None:
    config, chart = coordinates("bowl")
    layout = chart.panel().figure.layout
    first = chart.update(moment_at(config, step=0))["layout"]
    assert list(layout.xaxis.range) == first["xaxis.range"]
    assert list(layout.yaxis.range) == first["yaxis.range"]
