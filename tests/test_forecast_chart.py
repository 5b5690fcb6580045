"""The forecast beside the truth and beside persistence."""

from types import SimpleNamespace

import numpy as np

from tests.model_moments import model_moment, setup_of
from widgets.charts.forecast import PERSISTENCE, PREDICTED, TRUTH, ForecastChart
from widgets.charts.moment import Update

TIME = 1990 + np.arange(5) / 52
VALUES = np.array([0.1, -0.2, 0.5, 0.3, 0.0])


def update() -> Update:
    forecast = SimpleNamespace(
        time=TIME, truth=VALUES, predicted=0.5 * VALUES, persistence=np.append(0.7, VALUES[:-1]),
        rmse=0.2621, rmse_persistence=0.3737, unit="ppm",
    )  # fmt: skip
    return ForecastChart(setup_of("co2", "rnn_gru")).update(model_moment(findings={"forecast": forecast}))


def test_the_three_lines_are_drawn_over_time() -> None:
    traces = update()["traces"]
    assert all(traces[line]["x"].tolist() == TIME.tolist() for line in (PERSISTENCE, TRUTH, PREDICTED))
    assert traces[TRUTH]["y"].tolist() == VALUES.tolist()
    assert traces[PREDICTED]["y"].tolist() == (0.5 * VALUES).tolist()
    assert traces[PERSISTENCE]["y"].tolist() == [0.7, 0.1, -0.2, 0.5, 0.3]


def test_the_axes_contain_all_three() -> None:
    layout = update()["layout"]
    assert layout["xaxis.range"] == [TIME[0], TIME[-1]]
    assert layout["yaxis.range"][0] < -0.2 < 0.7 < layout["yaxis.range"][1]


def test_the_note_says_both_errors_in_the_targets_unit() -> None:
    assert update()["note"] == "RMSE 0.262, persistence 0.374 ppm"


def test_a_legend_names_the_lines() -> None:
    figure = ForecastChart(setup_of("co2", "rnn_gru")).panel().figure
    assert [trace.name for trace in figure.data] == ["persistence", "truth", "prediction"]
    assert figure.layout.showlegend
