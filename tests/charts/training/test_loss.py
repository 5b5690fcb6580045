"""What a model's loss chart draws, recomputed by hand from the moment it was given."""

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.baselines import Baseline
from core.history.band import GrowingBand
from core.runs.past.setting_changes import SettingChange
from tests.support.model_moments import evaluations, model_moment, seen_at, setup_of
from widgets.charts.origin import Origin
from widgets.charts.training.loss import BAND, BASELINE, BATCH, MARKS, NOW, TRAINING, VALIDATION, ModelLossChart


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_thin_line_is_the_recorded_loss_of_each_batch_and_ends_in_a_point(scale: str) -> None:
    moment = model_moment(400)
    traces = ModelLossChart(setup_of(), {"scale": scale}).update(moment)["traces"]
    assert traces[BATCH]["x"].tolist() == moment.rows["step"].tolist()
    assert traces[BATCH]["y"].tolist() == moment.rows["loss"].tolist()
    assert (traces[NOW]["x"].tolist(), traces[NOW]["y"].tolist()) == ([399], [moment.rows["loss"][-1]])


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_more_steps_than_a_screen_shows_are_a_band_from_the_lowest_to_the_highest_loss(scale: str) -> None:
    growing, losses = GrowingBand(), np.random.default_rng(1).uniform(0.1, 1, 1000)
    losses[10] = 0.0
    growing.add(np.arange(1000), losses)
    moment = replace(model_moment(1000), band=growing.band())
    traces = ModelLossChart(setup_of(), {"scale": scale, "axis": "epoch"}).update(moment)["traces"]
    fours = losses.reshape(-1, 4)
    lowest = fours.min(1)
    if scale == "log":  # which has no place for 0
        lowest = np.maximum(lowest, np.sort(lowest)[1])
    np.testing.assert_allclose(traces[BATCH]["y"], fours.mean(1))
    np.testing.assert_allclose(traces[BATCH]["x"], (4 * np.arange(250) + 1.5) / moment.steps_per_epoch)
    np.testing.assert_array_equal(traces[BAND]["y"], [*fours.max(1), *lowest[::-1]])
    assert traces[NOW]["y"].tolist() == [moment.rows["loss"][-1]]


def test_before_the_first_update_the_point_is_the_first_batchs_loss() -> None:
    traces = ModelLossChart(setup_of()).update(model_moment(0, seen=seen_at(0, loss=2.31)))["traces"]
    assert (traces[NOW]["x"].tolist(), traces[NOW]["y"].tolist()) == ([0], [2.31])


def test_evaluations_are_drawn_where_they_were_made_and_the_best_baseline_is_named() -> None:
    weak, strong = Baseline("Unigram", "perplexity", 20.0, 3.0), Baseline("Bigram", "perplexity", 9.0, 2.2)
    found = evaluations(800, baselines=(weak, strong))
    traces = ModelLossChart(setup_of()).update(model_moment(800, {"evaluation": found}))["traces"]
    assert traces[TRAINING]["x"].tolist() == [0, 200, 400, 600, 800]
    assert traces[TRAINING]["y"].tolist() == found.train_loss.tolist()
    assert traces[VALIDATION]["y"].tolist() == found.val_loss.tolist()
    assert traces[BASELINE]["y"].tolist() == [2.2, 2.2]
    assert traces[BASELINE]["text"] == ["", "Bigram 2.20"]


def test_an_evaluation_later_than_the_moment_is_not_drawn_yet() -> None:
    moment = model_moment(500, {"evaluation": evaluations(800)}, found_at=800)
    assert ModelLossChart(setup_of()).update(moment)["traces"][VALIDATION]["x"].tolist() == [0, 200, 400]


@pytest.mark.parametrize(("found_at", "tail"), [(1000, ""), (900, "as of step 900")])
def test_the_note_gives_the_newest_validation_loss_and_dates_it_when_the_run_has_moved_on(
    found_at: int, tail: str
) -> None:
    found = evaluations(found_at)
    moment = model_moment(1000, {"evaluation": found}, found_at)
    update = ModelLossChart(setup_of()).update(moment)
    assert (update["note"], update["footer"]) == (f"validation {found.val_loss[-1]:.4f}", tail)


def test_a_batch_loss_of_exactly_zero_is_said_where_a_log_axis_shows_nothing() -> None:
    moment = model_moment(0, seen=seen_at(0, loss=0.0))
    assert "exactly 0" in ModelLossChart(setup_of(), {"scale": "log"}).update(moment)["note"]
    assert "exactly 0" not in ModelLossChart(setup_of(), {"scale": "linear"}).update(moment)["note"]
    assert "exactly 0" not in ModelLossChart(setup_of(), {"scale": "log"}).update(model_moment(0))["note"]


@pytest.mark.parametrize(
    ("data", "words"), [("digits", "cross-entropy"), ("python_help", "cross-entropy"), ("co2", "mean squared error")]
)
def test_without_an_evaluation_the_note_names_the_loss_and_no_number(data: str, words: str) -> None:
    chart = ModelLossChart(setup_of(data, "decoder" if data == "python_help" else "mlp"))
    assert chart.update(model_moment(10))["note"] == words
    assert chart.update(model_moment(10))["traces"][BASELINE]["text"] == []


def test_the_axis_counts_epochs_when_asked_to() -> None:
    found = {"evaluation": evaluations(1000)}
    moment = model_moment(1000, found, steps_per_epoch=40, marks=[SettingChange(200, "learning_rate", 0.1, 0.2)])
    update = ModelLossChart(setup_of(), {"axis": "epoch"}).update(moment)
    assert update["traces"][BATCH]["x"] == pytest.approx(moment.rows["step"] / 40)
    assert update["traces"][VALIDATION]["x"].tolist() == [0, 6.25, 12.5, 18.75, 25]
    assert update["traces"][MARKS]["x"][0] == 5
    assert update["traces"][MARKS]["text"][0] == "step 200: Learning rate 0.1 → 0.2"
    assert update["layout"]["xaxis.range"] == [0, 40]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_everything_drawn_is_inside_the_axis(scale: str) -> None:
    chart = ModelLossChart(setup_of(), {"scale": scale})
    update = chart.update(model_moment(1000, {"evaluation": evaluations(1000)}))
    bottom, top = update["layout"]["yaxis.range"]
    heights = np.concatenate([update["traces"][i]["y"] for i in (BASELINE, BATCH, TRAINING, VALIDATION)])
    shown = np.log10(heights) if scale == "log" else heights
    assert chart.panel().figure.layout.yaxis.type == scale
    assert bottom <= shown.min() <= shown.max() <= top


def test_a_loss_of_zero_is_a_gap_on_a_log_axis() -> None:
    found = evaluations(1000, count=3)
    found.train_loss[-1] = 0.0
    moment = model_moment(1000, {"evaluation": found})
    assert np.isnan(ModelLossChart(setup_of(), {"scale": "log"}).update(moment)["traces"][TRAINING]["y"][-1])
    assert ModelLossChart(setup_of(), {"scale": "linear"}).update(moment)["traces"][TRAINING]["y"][-1] == 0


def test_a_baseline_of_loss_zero_has_no_place_on_a_log_axis() -> None:
    """The mean of targets that are all equal."""
    moment = model_moment(800, {"evaluation": evaluations(800, baselines=(Baseline("Mean", "r2", 0.0, 0.0),))})
    assert ModelLossChart(setup_of(), {"scale": "log"}).update(moment)["traces"][BASELINE]["y"].tolist() == []
    assert ModelLossChart(setup_of(), {"scale": "linear"}).update(moment)["traces"][BASELINE]["y"].tolist() == [0, 0]


def test_thousands_of_evaluations_are_thinned_to_500_with_the_newest() -> None:
    moment = model_moment(9000, {"evaluation": evaluations(9000, count=9001)})
    steps = ModelLossChart(setup_of()).update(moment)["traces"][VALIDATION]["x"]
    assert len(steps) == 500
    assert (steps[0], steps[-1]) == (0, 9000)


def test_the_switches_show_what_was_chosen() -> None:
    panel = ModelLossChart(setup_of(l2=0.01), {"scale": "linear", "axis": "epoch"}).panel()
    assert [switch.value for switch in panel.switches] == ["linear", "epoch"]
    assert ModelLossChart(setup_of()).panel().figure.data[BATCH].name == "batch"


@pytest.mark.parametrize(("axis", "start"), [("step", 340.0), ("epoch", 17.0)])
def test_a_branch_is_drawn_from_where_it_left_its_parent(axis: str, start: float) -> None:
    marks = [SettingChange(50, "learning_rate", 0.1, 0.2)]
    alone = model_moment(400, {"evaluation": evaluations(400)}, marks=marks)
    branch = replace(alone, origin=Origin(3, 340.0, 17.0, np.array([50.0, 1.0])))
    chart, before = (ModelLossChart(setup_of(), {"axis": axis, "scale": "linear"}) for _chart in range(2))
    update, own = chart.update(branch), before.update(alone)
    for place in (BATCH, TRAINING, VALIDATION, NOW, MARKS):
        np.testing.assert_allclose(update["traces"][place]["x"], own["traces"][place]["x"] + start)
    assert update["layout"]["xaxis.range"] == [0, 800 if axis == "step" else 60]
    assert update["layout"]["xaxis.title.text"] == f"{axis} since run 3 began"
    assert own["layout"]["xaxis.title.text"] == axis
    assert update["layout"]["yaxis.range"][1] >= 50 > own["layout"]["yaxis.range"][1]
