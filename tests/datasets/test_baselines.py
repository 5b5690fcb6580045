"""The baselines of every data set recomputed by hand, and which of them the page calls the one to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.datasets.baselines import Baseline, bigram, majority_class, persistence, strongest, unigram
from core.datasets.registry import DATASETS, load
from core.datasets.split import Examples, Split, split
from core.notices import model_notices
from core.probes.finding import Finding
from tests.notices.test_model_notices import run_at
from tests.support.model_moments import evaluations, model_moment, setup_of
from widgets.charts.training import loss, metric

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset

OFFLINE = [dataset for dataset in DATASETS.values() if not dataset.download_bytes]
FAMILY = {"text": "decoder"}


def r2(split: Split, prediction: float) -> float:
    y = split.y_val.astype(float)
    return 1 - np.sum((y - prediction) ** 2) / np.sum((y - y.mean()) ** 2)


def by_hand(dataset: Dataset, split: Split) -> tuple[str, float]:
    """The label and metric of the strongest baseline, in plain loops and sums."""
    if dataset.task == "classification":
        values, counts = np.unique(split.y_train, return_counts=True)
        return "Majority class", float(np.mean(split.y_val == values[np.argmax(counts)]))
    if dataset.task == "text":
        pairs = np.ones((len(split.classes), len(split.classes)))
        np.add.at(pairs, (split.x_train.ravel(), split.y_train.ravel()), 1)
        shares = pairs / pairs.sum(axis=1, keepdims=True)
        return "Bigram", float(np.exp(-np.log(shares[split.x_val, split.y_val]).mean()))
    values_of = {"Mean": r2(split, float(split.y_train.mean()))}
    if dataset.task == "forecast":
        assert split.y_scaling is not None
        values_of["Persistence"] = r2(split, float(-split.y_scaling.mean[0] / split.y_scaling.spread[0]))
    return max(values_of.items(), key=lambda named: named[1])


@pytest.mark.parametrize("dataset", OFFLINE, ids=lambda dataset: dataset.name)
def test_charts_and_notice_name_the_same_baseline_and_its_value_is_numpys(dataset: Dataset) -> None:
    arrays = dataset.load()
    label, value = by_hand(dataset, arrays)
    judged = dataset.judge_baselines(arrays)
    best = strongest(judged, by="metric")
    assert best is not None
    assert (best.label, best.value) == (label, pytest.approx(value, rel=1e-4, abs=1e-6))
    setup = setup_of(dataset.name, FAMILY.get(dataset.kind, "linear"))
    found = evaluations(100, metric=setup.metric, baselines=judged)
    moment = model_moment(100, {"evaluation": found})
    by_metric = metric.MetricChart(setup).update(moment)["traces"][metric.BASELINE]
    by_loss = loss.ModelLossChart(setup).update(moment)["traces"][loss.BASELINE]
    assert by_metric["text"][1].startswith(f"{label} ")
    assert by_loss["text"][1].startswith(f"{label} ")
    assert by_loss["y"][0] == min(baseline.loss for baseline in judged)
    notice: Any = model_notices.of_run(setup, run_at(100), 10, {"evaluation": Finding(100, found, 0.1)})
    assert label in notice.sentence


def test_on_co2_the_mean_change_is_harder_to_beat_than_no_change() -> None:
    """The mean weekly change of the training years, 0.025 ppm, is nearer to the later ones than none."""
    dataset = DATASETS["co2"]
    best = strongest(dataset.judge_baselines(dataset.load()), by="metric")
    assert best is not None
    assert best.label == "Mean"
    assert best.value > persistence(dataset.load()).value


def test_each_quantity_has_its_own_strongest_baseline() -> None:
    sure = Baseline("Sure", "accuracy", 0.9, 2.0)
    vague = Baseline("Vague", "accuracy", 0.8, 0.5)
    assert strongest((sure, vague), by="metric") is sure
    assert strongest((sure, vague), by="loss") is vague
    assert strongest((), by="loss") is strongest((), by="metric") is None


def test_a_perplexity_is_beaten_by_less_and_an_accuracy_by_more() -> None:
    assert Baseline("Bigram", "perplexity", 9.0, 2.2).is_beaten_by(8.9)
    assert not Baseline("Bigram", "perplexity", 9.0, 2.2).is_beaten_by(9.0)
    assert Baseline("Majority class", "accuracy", 0.5, 0.7).is_beaten_by(0.51)
    assert not Baseline("Mean", "R2", 0.0, 1.0).is_beaten_by(-0.1)
    assert not Baseline("Mean", "R2", 0.0, 1.0).is_beaten_by(float("nan"))


def test_a_baseline_of_the_data_sets_own_takes_the_place_of_its_tasks() -> None:
    assert [b.label for b in DATASETS["co2"].judge_baselines(load("co2"))] == ["Mean", "Persistence"]


def test_the_majority_baseline_is_the_share_of_the_most_frequent_class() -> None:
    arrays = load("breast_cancer")
    baseline = majority_class(arrays)
    assert baseline.value == pytest.approx(np.mean(arrays.y_val == 1))
    share = (np.array([np.sum(arrays.y_train == 0), np.sum(arrays.y_train == 1)]) + 1) / (455 + 2)
    by_hand = -np.mean([np.log(share[label]) for label in arrays.y_val])
    assert baseline.loss == pytest.approx(by_hand)


def test_the_mean_baseline_explains_nothing() -> None:
    arrays = load("diabetes")
    (baseline,) = DATASETS["diabetes"].judge_baselines(arrays)
    assert -0.1 < baseline.value <= 0
    assert baseline.loss == pytest.approx(np.mean(arrays.y_val.astype(float) ** 2), rel=1e-5)


def test_persistence_errs_by_the_weekly_change_itself() -> None:
    arrays = load("co2")
    assert arrays.y_scaling is not None
    changes = arrays.y_scaling.undo(arrays.y_val)
    baseline = persistence(arrays)
    assert baseline.loss * arrays.y_scaling.spread.item() ** 2 == pytest.approx(np.mean(changes**2), rel=1e-4)


def test_persistence_can_be_beaten_by_a_linear_forecast() -> None:
    arrays = load("co2")
    design = [np.column_stack([x[:, :, 0], np.ones(len(x))]) for x in (arrays.x_train, arrays.x_val)]
    weights, *_ = np.linalg.lstsq(design[0], arrays.y_train, rcond=None)
    assert np.mean((design[1] @ weights - arrays.y_val) ** 2) < 0.8 * persistence(arrays).loss


def test_text_baselines_equal_counting_by_hand() -> None:
    tokens = np.array([0, 1, 0, 1, 2, 0, 1, 1, 0], np.int32)
    x, y = tokens[:8].reshape(4, 2), tokens[1:].reshape(4, 2)
    arrays = split(Examples(x, y), 0.5, seed=1, ordered=True)
    # Training pairs ab ba ab bc, validation pairs ca ab bb ba; one is added to every count.
    one = [np.log(2 / 7), np.log(3 / 7), np.log(3 / 7), np.log(2 / 7)]
    two = [np.log(1 / 3), np.log(3 / 5), np.log(1 / 5), np.log(2 / 5)]
    assert unigram(arrays).loss == pytest.approx(-np.mean(one))
    assert bigram(arrays).loss == pytest.approx(-np.mean(two))
    assert unigram(arrays).value == pytest.approx(np.exp(-np.mean(one)))


def test_a_bigram_knows_more_than_a_unigram_and_a_unigram_more_than_nothing() -> None:
    arrays = load("python_help")
    weak, strong = DATASETS["python_help"].judge_baselines(arrays)
    assert (weak.label, strong.label) == ("Unigram", "Bigram")
    assert 1 < strong.value < weak.value < len(arrays.classes)
