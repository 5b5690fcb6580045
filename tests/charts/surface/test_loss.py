"""What the loss chart draws, recomputed by hand from the moment it was given."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.history.band import GrowingBand
from core.objectives.surfaces import SURFACES
from core.runs.past.setting_changes import SettingChange
from core.training.build import build_objective
from tests.support.moments import moment_at, moment_of, observe
from widgets.charts.surface.loss import LossChart
from widgets.charts.surface.plane_chart import PlaneSetup

PROBLEMS = ("regression", *SURFACES)
BOWL = TrainingConfig(problem="bowl")


def chart_of(config: TrainingConfig, scale: str = "log") -> LossChart:
    return LossChart(PlaneSetup.of(config), {"scale": scale})


@pytest.mark.parametrize("problem", PROBLEMS)
def test_on_a_linear_axis_the_curve_is_the_loss_and_ends_at_the_loss_now(problem: str) -> None:
    config = TrainingConfig(problem=problem)
    moment = moment_at(config)
    traces = chart_of(config, "linear").update(moment)["traces"]
    curve, now = traces[2], traces[3]
    assert curve["x"].tolist() == [*range(5), 5]
    assert curve["y"].tolist() == [*moment.rows["loss"].tolist(), moment.seen.loss]
    assert (now["x"].tolist(), now["y"].tolist()) == ([5], [moment.seen.loss])


def test_on_a_log_axis_a_loss_below_zero_is_drawn_as_its_height_above_the_minimum() -> None:
    config = TrainingConfig(problem="styblinski_tang")
    moment, chart = moment_at(config, point=(-2.5, -2.5)), chart_of(config)
    minimum = SURFACES["styblinski_tang"].minimum
    assert minimum is not None
    assert minimum < 0
    heights = chart.update(moment)["traces"][2]["y"]
    assert heights == pytest.approx([*(moment.rows["loss"] - minimum), moment.seen.loss - minimum])
    assert chart.panel().note == "loss above its minimum"


def test_on_a_log_axis_the_loss_of_a_formula_is_its_height_above_the_lowest_point_in_sight() -> None:
    config = TrainingConfig(problem="custom").replace(formula="(x-1)^2 + y^2 - 3")
    moment, chart = moment_at(config, point=(1.5, 2.0)), chart_of(config)
    assert chart.update(moment)["traces"][2]["y"] == pytest.approx([*(moment.rows["loss"] + 3), moment.seen.loss + 3])
    assert chart.panel().note == "loss above the lowest point in sight"
    assert chart_of(config.replace(formula="x - y")).panel().switches == ()


def test_more_steps_than_a_screen_shows_are_a_band_with_their_mean_and_the_label_says_so() -> None:
    config, losses = TrainingConfig(), 2 + np.sin(np.arange(2000))
    growing = GrowingBand()
    growing.add(np.arange(2000), losses)
    traces = chart_of(config, "linear").update(replace(moment_at(config), band=growing.band()))["traces"]
    curve, area = traces[2], traces[4]
    stretches = losses.reshape(-1, 8)
    np.testing.assert_allclose(curve["y"], stretches.mean(1))
    assert (curve["x"][0], curve["x"][-1]) == (3.5, 1995.5)
    np.testing.assert_array_equal(curve["customdata"], np.column_stack([stretches.min(1), stretches.max(1)]))
    assert "mean of 8 steps" in curve["hovertemplate"]
    np.testing.assert_array_equal(area["y"], [*stretches.max(1), *stretches.min(1)[::-1]])
    np.testing.assert_array_equal(area["x"], [*curve["x"], *curve["x"][::-1]])


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_axis_contains_the_curve(problem: str, scale: str) -> None:
    config = TrainingConfig(problem=problem)
    chart = chart_of(config, scale)
    is_log = chart.panel().figure.layout.yaxis.type == "log"
    update = chart.update(moment_at(config, point=(0.5, 0.25)))
    bottom, top = update["layout"]["yaxis.range"]
    heights = update["traces"][2]["y"]
    seen = np.log10(heights) if is_log else heights
    assert bottom <= np.nanmin(seen) <= np.nanmax(seen) <= top
    left, right = update["layout"]["xaxis.range"]
    assert left == 0
    assert right >= 5


@pytest.mark.parametrize(
    ("settings", "scale", "is_drawn"),
    [
        ({}, "log", True),
        ({}, "linear", True),
        ({"noise": 0}, "log", False),
        ({"samples": 2}, "log", False),
        ({"samples": 2}, "linear", True),
        ({"problem": "bowl"}, "log", False),
        ({"problem": "bowl"}, "linear", True),
        ({"problem": "styblinski_tang"}, "log", False),
        ({"problem": "styblinski_tang"}, "linear", True),
        ({"problem": "saddle"}, "linear", False),
    ],
)
def test_the_minimum_is_drawn_and_mentioned_where_the_axis_reaches_it(
    settings: dict[str, object], scale: str, is_drawn: bool
) -> None:
    config = TrainingConfig().replace(**settings)
    chart = chart_of(config, scale)
    update = chart.update(moment_at(config))
    assert ("dotted" in chart.panel().note) == is_drawn
    assert update["traces"][0]["y"] == ([build_objective(config).minimum] * 2 if is_drawn else [])


def test_a_minimum_of_zero_leaves_the_decades_to_the_losses() -> None:
    for settings in ({"noise": 0.0}, {"samples": 2}):
        config = TrainingConfig().replace(**settings)
        bottom, top = chart_of(config).update(moment_at(config))["layout"]["yaxis.range"]
        assert top - bottom < 3


def test_without_a_known_minimum_there_is_no_log_scale_to_choose() -> None:
    panel = chart_of(TrainingConfig(problem="saddle"), "log").panel()
    assert panel.switches == ()
    assert panel.figure.layout.yaxis.type == "linear"
    assert [s.value for s in chart_of(BOWL, "log").panel().switches] == ["log"]


@pytest.mark.parametrize("loss", [0.0, -1e-9])
def test_a_loss_that_no_log_axis_can_hold_is_a_gap(loss: float) -> None:
    seen = observe(BOWL)
    moment = moment_of(BOWL, type(seen)(**{**vars(seen), "loss": loss}))
    curve = chart_of(BOWL).update(moment)["traces"][2]["y"]
    assert np.isnan(curve[-1])
    assert np.all(curve[:-1] > 0)


def test_ranges_do_not_move_while_a_curve_crawls() -> None:
    chart = chart_of(TrainingConfig())
    points = np.linspace((2.0, 2.9), (2.1, 2.85), 30)
    layouts = [chart.update(moment_at(TrainingConfig(), p, step=61 + i % 20))["layout"] for i, p in enumerate(points)]
    assert all(layout == layouts[0] for layout in layouts)


def test_a_diverged_run_has_a_finite_axis() -> None:
    config = TrainingConfig(problem="bowl", learning_rate=5)
    for scale in ("linear", "log"):
        layout = chart_of(config, scale).update(moment_at(config, point=(1e17, 3e17)))["layout"]
        assert all(math.isfinite(end) for end in layout["yaxis.range"])
        assert layout["yaxis.range"][1] >= (35 if scale == "log" else 1e35)


def marks_of(marks: list[SettingChange], step: int = 1000) -> dict[str, list[object]]:
    drawn = chart_of(BOWL).update(moment_of(BOWL, observe(BOWL, step=step), marks))["traces"][1]
    return {"steps": drawn["x"][::3].tolist(), "words": drawn["text"][::3], "y": drawn["y"].tolist()}


def test_a_change_of_a_setting_is_marked_at_its_step_in_words() -> None:
    drawn = marks_of([SettingChange(100, "learning_rate", 0.01, 0.06), SettingChange(400, "beta_1", 0.9, 0.123456)])
    assert drawn["steps"] == [100, 400]
    assert drawn["words"] == ["step 100: Learning rate 0.01 → 0.06", "step 400: Beta 1 0.9 → 0.123"]


def test_marks_closer_than_a_hundredth_of_the_axis_are_one_from_the_first_value_to_the_last() -> None:
    drag = [SettingChange(500 + 3 * i, "learning_rate", 0.01 + 0.01 * i, 0.02 + 0.01 * i) for i in range(4)]
    drawn = marks_of([*drag, SettingChange(520, "learning_rate", 0.05, 1.0)])
    assert drawn["steps"] == [500, 520]
    assert drawn["words"] == ["step 500: Learning rate 0.01 → 0.05", "step 520: Learning rate 0.05 → 1"]


def test_marks_of_different_settings_are_never_merged() -> None:
    assert marks_of([SettingChange(500, "momentum", 0, 0.9), SettingChange(500, "learning_rate", 0.1, 0.2)])[
        "steps"
    ] == [500, 500]


def test_a_mark_spans_the_curve_from_lowest_to_highest() -> None:
    moment = moment_of(BOWL, observe(BOWL, point=(1, 1)), [SettingChange(2, "learning_rate", 0.1, 0.2)])
    update = chart_of(BOWL).update(moment)
    low, high = update["traces"][2]["y"].min(), update["traces"][2]["y"].max()
    assert update["traces"][1]["y"][:2].tolist() == [low, high]


@pytest.mark.parametrize(("scale", "said"), [("log", True), ("linear", False)])
def test_a_loss_of_exactly_zero_is_said_where_a_log_axis_shows_nothing(scale: str, said: bool) -> None:
    config = TrainingConfig(problem="bowl")
    chart = chart_of(config, scale)
    assert ("exactly 0" in chart.update(moment_at(config, (0.0, 0.0)))["note"]) == said
    assert "exactly 0" not in chart.update(moment_at(config, (1.0, 0.0)))["note"]
