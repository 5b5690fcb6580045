"""What the metric's chart draws, recomputed by hand from the evaluations it was given."""

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.baselines import Baseline
from core.number_text import metric_text
from tests.support.model_moments import evaluations, model_moment, setup_of
from widgets.charts.training.metric import BASELINE, TRAINING, VALIDATION, MetricChart

MEAN, PERSISTENCE = Baseline("Mean", "R2", -0.01, 1.0), Baseline("Persistence", "R2", 0.2, 0.8)
UNIGRAM, BIGRAM = Baseline("Unigram", "perplexity", 21.0, 3.0), Baseline("Bigram", "perplexity", 9.5, 2.25)


def test_accuracy_is_drawn_in_percent_beside_the_majority_class() -> None:
    found = evaluations(1000)
    update = MetricChart(setup_of()).update(model_moment(1000, {"evaluation": found}))
    traces = update["traces"]
    assert traces[TRAINING]["y"] == pytest.approx(100 * found.train_metric)
    assert traces[VALIDATION]["y"] == pytest.approx(100 * found.val_metric)
    assert traces[BASELINE]["y"] == pytest.approx([10.1, 10.1])
    assert update["note"] == f"validation {100 * found.val_metric[-1]:.1f}\u00a0% · Majority class 10.1\u00a0%"


def test_the_note_says_when_it_was_evaluated_if_the_run_has_moved_on() -> None:
    moment = model_moment(1000, {"evaluation": evaluations(960)}, found_at=960)
    assert MetricChart(setup_of()).update(moment)["footer"] == "as of step 960"


def test_the_baseline_to_beat_is_the_highest_r2_and_the_lowest_perplexity() -> None:
    r2 = evaluations(metric="R2", baselines=(MEAN, PERSISTENCE))
    perplexity = evaluations(metric="perplexity", baselines=(UNIGRAM, BIGRAM))
    co2 = MetricChart(setup_of("co2")).update(model_moment(findings={"evaluation": r2}))
    text = MetricChart(setup_of("python_help", "decoder")).update(model_moment(findings={"evaluation": perplexity}))
    assert co2["traces"][BASELINE]["text"] == ["", "Persistence 0.200"]
    assert text["traces"][BASELINE]["text"] == ["", "Bigram 9.50"]
    assert text["traces"][BASELINE]["y"].tolist() == [9.5, 9.5]


@pytest.mark.parametrize(
    ("data", "family", "title", "axis"),
    [
        ("digits", "mlp", "Accuracy", "linear"),
        ("co2", "mlp", "R²", "linear"),
        ("python_help", "decoder", "Perplexity", "log"),
    ],
)
def test_title_and_axis_follow_the_metric(data: str, family: str, title: str, axis: str) -> None:
    panel = MetricChart(setup_of(data, family)).panel()
    assert (panel.title, panel.figure.layout.yaxis.type) == (title, axis)


def test_an_axis_of_accuracy_never_promises_more_than_all() -> None:
    update = MetricChart(setup_of()).update(model_moment(findings={"evaluation": evaluations()}))
    bottom, top = update["layout"]["yaxis.range"]
    assert -2 <= bottom <= 10
    assert 99 <= top <= 102


def test_the_r2_of_an_untrained_model_does_not_flatten_the_rest() -> None:
    found = evaluations(metric="R2", baselines=(MEAN,))
    found.val_metric[0] = -50.0
    update = MetricChart(setup_of("co2")).update(model_moment(findings={"evaluation": found}))
    bottom, top = update["layout"]["yaxis.range"]
    assert -1.5 < bottom <= -1
    assert top >= 1 - 0.9 * np.exp(-5)


def test_before_the_first_evaluation_there_is_neither_a_line_nor_a_number() -> None:
    update = MetricChart(setup_of()).update(model_moment(0))
    assert [len(trace["y"]) for trace in update["traces"].values()] == [0, 0, 0]
    assert update["note"] == "not evaluated yet"


def test_the_axis_counts_epochs_when_asked_to() -> None:
    moment = model_moment(1000, {"evaluation": evaluations(1000)}, steps_per_epoch=50)
    chart = MetricChart(setup_of(), {"axis": "epoch"})
    assert chart.update(moment)["traces"][VALIDATION]["x"].tolist() == [0, 5, 10, 15, 20]
    assert chart.panel().switches[0].value == "epoch"


@pytest.mark.parametrize(
    ("value", "metric", "text"),
    [(0.9722, "accuracy", "97.2\u00a0%"), (1.0, "accuracy", "100.0\u00a0%"), (-0.25, "R2", "−0.250"),
     (9.4971, "perplexity", "9.50"), (None, "accuracy", "–"), (float("inf"), "perplexity", "∞")],
)  # fmt: skip
def test_a_metric_is_written_as_people_say_it(value: float | None, metric: str, text: str) -> None:
    assert metric_text(value, metric) == text


def test_of_several_metrics_the_chosen_one_is_drawn_and_named() -> None:
    setup = setup_of()
    setup = replace(setup, judgement=replace(setup.judgement, metrics=("accuracy", "AUC", "MAE")))
    found = evaluations(1000, others={"AUC": (np.full(5, 0.8), np.full(5, 0.7)), "MAE": (np.ones(5), np.ones(5))})
    moment = model_moment(1000, {"evaluation": found})
    chart = MetricChart(setup, {"metric": "AUC"})
    assert [switch.value for switch in chart.panel().switches] == ["step", "AUC"]
    assert chart.title == "AUC"
    traces = chart.update(moment)["traces"]
    assert traces[VALIDATION]["y"].tolist() == [0.7] * 5
    assert len(traces[BASELINE]["x"]) == 0  # the baseline is one of accuracy
    assert MetricChart(setup, {"metric": "mean absolute error"}).title == "Mean absolute error"
    assert MetricChart(setup).title == "Accuracy"


def test_an_evaluation_of_a_part_of_the_examples_says_so_beside_its_step() -> None:
    found = evaluations(100, n_val=512, n_held_out=1000)
    chart = MetricChart(setup_of())
    whole = "Validated on 512 of 1\u00a0000 held-out examples."
    assert chart.update(model_moment(100, {"evaluation": found}))["footer"] == whole
    later = model_moment(180, {"evaluation": found}, found_at=100)
    assert chart.update(later)["footer"] == f"as of step 100 · {whole}"
    all_of_them = evaluations(100, n_val=1000, n_held_out=1000)
    assert chart.update(model_moment(100, {"evaluation": all_of_them}))["footer"] == ""
