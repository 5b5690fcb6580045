"""The forecast beside the truth and beside persistence."""

from types import SimpleNamespace

import numpy as np

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.forecast import PERSISTENCE, PREDICTED, TRUTH, ForecastChart
from widgets.charts.chart import Update

TIME = np.datetime64("1990-01-06") + 7 * np.arange(5)
VALUES = np.array([0.1, -0.2, 0.5, 0.3, 0.0])


def update(show: str = "change") -> Update:
    forecast = SimpleNamespace(
        time=TIME, truth=VALUES, predicted=0.5 * VALUES, persistence=np.append(0.7, VALUES[:-1]),
        level=400 + VALUES, level_predicted=400 + 0.5 * VALUES, level_before=np.full(5, 400.0),
        rmse=0.2621, rmse_persistence=0.3737, skill=0.5081, unit="ppm",
    )  # fmt: skip
    return ForecastChart(setup_of("co2", "rnn_gru"), {"show": show}).update(
        model_moment(findings={"forecast": forecast})
    )


def test_the_three_lines_are_drawn_over_time() -> None:
    traces = update()["traces"]
    dates = ["1990-01-06", "1990-01-13", "1990-01-20", "1990-01-27", "1990-02-03"]
    assert all(traces[line]["x"] == dates for line in (PERSISTENCE, TRUTH, PREDICTED))
    assert traces[TRUTH]["y"].tolist() == VALUES.tolist()
    assert traces[PREDICTED]["y"].tolist() == (0.5 * VALUES).tolist()
    assert traces[PERSISTENCE]["y"].tolist() == [0.7, 0.1, -0.2, 0.5, 0.3]


def test_the_level_is_drawn_in_place_of_the_change() -> None:
    traces = update("level")["traces"]
    assert traces[TRUTH]["y"].tolist() == (400 + VALUES).tolist()
    assert traces[PREDICTED]["y"].tolist() == (400 + 0.5 * VALUES).tolist()
    assert traces[PERSISTENCE]["y"].tolist() == [400.0] * 5
    panel = ForecastChart(setup_of("co2", "rnn_gru"), {"show": "level"}).panel()
    assert [(switch.options, switch.value) for switch in panel.switches] == [(("change", "level"), "level")]


def test_the_axes_contain_all_three() -> None:
    layout = update()["layout"]
    assert layout["xaxis.range"] == ["1990-01-06", "1990-02-03"]
    assert layout["xaxis.showticklabels"] is True
    axis = ForecastChart(setup_of("co2", "rnn_gru")).panel().figure.layout.xaxis
    assert (axis.type, axis.showticklabels) == ("date", False)  # an axis without dates shows none
    assert layout["yaxis.range"][0] < -0.2 < 0.7 < layout["yaxis.range"][1]


def test_the_note_says_both_errors_in_the_targets_unit_and_the_skill() -> None:
    assert update()["note"] == "RMSE 0.262, persistence 0.374 ppm · skill 0.51"


def test_a_legend_names_the_lines() -> None:
    figure = ForecastChart(setup_of("co2", "rnn_gru")).panel().figure
    assert [trace.name for trace in figure.data] == ["persistence", "truth", "prediction"]
    assert figure.layout.showlegend
