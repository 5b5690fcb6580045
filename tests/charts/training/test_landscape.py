"""The landscape: what is shown while it is computed, and what it owns up to once it is."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.chart import Update
from widgets.charts.training.landscape import CONTOURS, HEAT, NOW, STEPS, LandscapeChart

X, Y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 21)


def landscape(
    progress: float = 1.0, error: str | None = None, hole: bool = False, walk: tuple[float, float] | None = None
) -> SimpleNamespace:
    losses = 1 + X[None, :] ** 2 + Y[:, None] ** 2
    if hole:
        losses[0, 0] = np.inf
    result = SimpleNamespace(
        x=X, y=Y, losses=losses, path=np.array([[-1.5, 0.5], [0.0, 0.25], [1.0, 0.0]]),
        path_steps=np.array([0, 50, 900]), explained=(0.91, 0.052),
        true_losses=np.array([3.0, 1.25, 2.25]), projected_losses=np.array([3.5, 1.0, 2.0]),
        random_walk=walk,
    )  # fmt: skip
    return SimpleNamespace(progress=progress, error=error, result=result if progress == 1 and not error else None)


def chart_of(plane: str) -> LandscapeChart:
    return LandscapeChart(setup_of(), {"plane": plane})


def update_of(value: SimpleNamespace | None, plane: str = "path", step: int = 900) -> Update:
    return chart_of(plane).update(model_moment(step, {"landscape": value}))


@pytest.mark.parametrize(
    ("value", "plane", "note"),
    [
        (None, "off", "choose a plane"),
        (landscape(), "off", "choose a plane"),
        (None, "path", "computing"),
        (landscape(0.43), "random", "computing: 43\u00a0%"),
        (landscape(0.43, error="out of memory"), "random", "it could not be computed"),
    ],
)
def test_without_a_result_nothing_is_drawn_and_the_note_says_why(
    value: SimpleNamespace | None, plane: str, note: str
) -> None:
    update = update_of(value, plane)
    assert update["note"] == note
    assert [trace["visible"] for trace in update["traces"].values()] == [False] * 4


def test_progress_is_told_as_it_grows() -> None:
    chart, value = chart_of("path"), landscape(0.1)
    moment = model_moment(findings={"landscape": value})
    notes = []
    for value.progress in (0.1, 0.6):
        notes.append(chart.update(moment)["note"])
    assert notes == ["computing: 10\u00a0%", "computing: 60\u00a0%"]


def test_the_note_says_what_the_plane_explains_and_how_far_off_it_is() -> None:
    assert update_of(landscape())["note"] == "explains 91 + 5 % · loss off by ≤ 0.50"
    assert update_of(landscape(), step=1500)["footer"] == "as of step 900"


def test_the_note_says_what_a_random_walk_would_explain() -> None:
    note = "explains 91 + 5 % (a random walk 81 + 9 %) · loss off by ≤ 0.50"
    assert update_of(landscape(walk=(0.811, 0.0901)))["note"] == note


def test_each_point_of_the_path_gives_its_step_both_losses_and_their_difference() -> None:
    texts = update_of(landscape())["traces"][STEPS]["text"]
    assert texts[1] == "step 50<br>true loss 1.250<br>shown 1.000<br>difference −0.250"


def test_the_path_is_drawn_on_the_plane_and_ends_at_the_current_point() -> None:
    traces = update_of(landscape())["traces"]
    assert traces[STEPS]["x"].tolist() == [-1.5, 0.0, 1.0]
    assert (traces[NOW]["x"].tolist(), traces[NOW]["y"].tolist()) == ([1.0], [0.0])


def test_the_true_losses_of_the_plane_are_there_for_reading_and_contours_follow_them() -> None:
    traces = update_of(landscape())["traces"]
    assert traces[HEAT]["customdata"] == pytest.approx(1 + X[None, :] ** 2 + Y[:, None] ** 2)
    x, y = traces[CONTOURS]["x"], traces[CONTOURS]["y"]
    first_piece = slice(0, int(np.flatnonzero(np.isnan(x))[0]))
    assert np.ptp(x[first_piece] ** 2 + y[first_piece] ** 2) < 0.05


def test_a_point_whose_loss_is_not_finite_is_a_hole() -> None:
    heat = update_of(landscape(hole=True))["traces"][HEAT]
    assert np.isnan(heat["z"]).sum() == np.isnan(heat["customdata"]).sum() == 1


def test_the_switch_offers_off_the_path_and_random_directions() -> None:
    (switch,) = chart_of("random").panel().switches
    assert (switch.name, switch.options, switch.value) == ("plane", ("off", "path", "random"), "random")
