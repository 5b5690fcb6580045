"""A model's next step is drawn as a surface's is, from what was last found."""

import numpy as np
import pytest

from core.geometry.line_view import LineView
from core.geometry.stability import RateZones
from tests.support.model_moments import model_moment, setup_of
from widgets.charts.finding_update import AWAITED
from widgets.charts.training.next_step import ModelNextStepChart

POSITIONS = np.linspace(0, 0.4, 97)
LOSSES = 1 - 4 * POSITIONS + 10 * POSITIONS**2  # lowest at 0.2, back at 1 at 0.4; curvature 20 / 16 of the slope
VIEW = LineView(1.0, 0.3, 0.3, RateZones(0.35, None, None), True, 0.1, POSITIONS, LOSSES, LOSSES, 0.39)


def test_the_step_last_found_is_drawn_and_dated() -> None:
    update = ModelNextStepChart(setup_of()).update(model_moment(1000, {"next-step": VIEW}, found_at=990))
    assert update["traces"][2]["y"] == pytest.approx(LOSSES)
    assert update["traces"][3]["x"] == [0, 0.1]
    assert update["traces"][3]["y"] == pytest.approx([1.0, 0.7])
    assert update["traces"][4]["x"] == pytest.approx([0.35, 0.4, 0.4, 0.35])
    assert update["footer"] == "as of step 990"


def test_before_it_was_looked_at_no_step_is_shown_not_even_that_of_a_run_before() -> None:
    chart = ModelNextStepChart(setup_of())
    chart.update(model_moment(1000, {"next-step": VIEW}))
    update = chart.update(model_moment(0))
    assert update["note"] == AWAITED
    assert [len(trace["x"]) for trace in update["traces"].values()] == [0] * 7
    assert [trace.get("text", []) for trace in update["traces"].values()] == [[]] * 7
    assert not update["layout"]["yaxis.showticklabels"]


@pytest.mark.parametrize(
    ("optimizer", "title"), [("sgd", "learning rate"), ("momentum", "length of the step, in updates")]
)
def test_positions_are_rates_where_the_update_is_proportional_to_the_rate(optimizer: str, title: str) -> None:
    chart = ModelNextStepChart(setup_of(optimizer=optimizer))
    assert chart.panel().figure.layout.xaxis.title.text == title
