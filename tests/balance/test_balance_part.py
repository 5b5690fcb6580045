"""The balance on the page: what it says to a wish, and how it takes what is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.artifacts.artifact import Artifact, Latency, Measured, Sizes
from core.artifacts.change import steps_of
from core.config.training_config import TrainingConfig
from core.costs.balance import Wish
from core.costs.goal import Goal
from core.costs.kept_variants import KeptVariants
from core.costs.structure import Structure
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from tests.support.waiting import wait_until
from widgets.balance.balance_chart import corner_panel
from widgets.balance.balance_part import BalancePart, variant_of
from widgets.balance.demand import demand_of

if TYPE_CHECKING:
    from core.artifacts.change import Step

TRUTHS = np.zeros(1000, np.int16)
TYPED = {"accuracy": "95", "latency": "100", "rate": "10", "hour": "0.36", "cores": "4", "gb_hour": "", "watts": ""}
DIGITS = Goal("digits")
DIABETES = Goal("diabetes", ("R2", "MAE"), "points")
SMALL = tuple(steps_of([("quantize", {})]))


def artifact(number: int, right: int, service: float, steps: tuple[Step, ...] = (), seconds: float = 60.0) -> Artifact:
    answers = np.where(np.arange(1000) < right, 0, 1).astype(np.int16)
    measured = Measured(
        Sizes(1000, 900, 250, 250), answers, TRUTHS, 2, TRUTHS, {1: Latency(1, service, None, 10)}, None, (), 3
    )
    return Artifact(number, steps, "CNN", state="made", measured=measured, training_seconds=seconds)


@pytest.fixture
def artifacts() -> list[Artifact]:
    return [artifact(0, 980, 0.010, seconds=3600.0), artifact(1, 960, 0.001, SMALL)]


@pytest.fixture
def part(artifacts: list[Artifact]) -> BalancePart:
    store = RunStore()
    part = BalancePart(lambda: artifacts, lambda: store, lambda: None)
    part.draw()
    return part


def weigh(part: BalancePart, **typed: str) -> list[str]:
    part._form._receive(None, {"kind": "start", "values": {**TYPED, **typed}}, None)
    part.draw()
    return list(part._form.form["says"])


def test_at_a_low_rate_the_more_accurate_costs_no_more_and_ten_times_the_rate_flips_it(part: BalancePart) -> None:
    said = weigh(part)
    assert said[0] == "Of 2 models #0 original is the cheapest that meets it: 2.50 a million answers."
    assert "At 10 times the rate #1 int8 would be the cheapest." in said
    assert "Within 10.0\u00a0ms #1 int8 would be chosen." in said
    assert "At 100.0\u00a0% right answers nothing would meet it." in said
    assert any("one core, 10.0\u00a0% busy" in sentence and "10 times too little" in sentence for sentence in said)


def test_power_that_is_given_is_energy_and_none_is_invented(part: BalancePart) -> None:
    assert not any("kWh" in sentence for sentence in weigh(part))
    assert any("At the power given: 0.0500 kWh an hour." in sentence for sentence in weigh(part, watts="200"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"accuracy": "99"}, "Nothing meets it: the best model has 98.0 % right answers."),
        ({"latency": "0.5"}, "Nothing meets it: the fastest model computes for 1.00 ms."),
        ({"accuracy": "97", "latency": "5"}, "Nothing meets it: what is good enough is too slow."),
    ],
)
def test_a_wish_that_nothing_meets_is_told_why(part: BalancePart, typed: dict[str, str], sentence: str) -> None:
    assert weigh(part, **typed)[0].replace("\u00a0", " ") == sentence


@pytest.mark.parametrize("typed", [{"rate": "0"}, {"rate": "many"}, {"accuracy": "101"}, {"cores": "0.5"}])
def test_what_cannot_be_weighed_is_one_sentence_and_the_form_stays(part: BalancePart, typed: dict[str, str]) -> None:
    said = weigh(part, **typed)[0]
    assert said.endswith(".")
    assert part._form.form["can_start"]
    assert weigh(part)[0].startswith("Of 2 models")


def test_an_artifact_that_is_not_made_is_not_weighed() -> None:
    assert variant_of(Artifact(0, (), "CNN")) is None


def test_the_corner_is_above_the_accuracy_and_left_of_the_latency(artifacts: list[Artifact]) -> None:
    variants = [found for each in artifacts if (found := variant_of(each))]
    chart = corner_panel(variants, demand_of(TYPED, DIGITS).wish, variants[0]).figure
    (corner,) = chart.layout.shapes
    assert (corner.x1, corner.y0) == (100.0, 95.0)
    assert list(chart.data[0].x) == [10.0, 1.0]
    assert list(chart.data[0].y) == [98.0, 96.0]
    assert list(chart.data[0].marker.line.width) == [2, 0]


def test_levers_of_the_kept_runs_stand_below(artifacts: list[Artifact]) -> None:
    store = RunStore()
    for size, accuracy, seconds in ((100, 0.8, 5.0), (200, 0.9, 8.0)):
        columns = columns_of(seconds=seconds, metric="accuracy", validation_metric=accuracy, name=f"run of {size}")
        columns["settings"] = {**columns["settings"], "size": size}
        store.add(**columns)
    part = BalancePart(lambda: artifacts, lambda: store, lambda: None)
    part.draw()
    said = part._form.form["says"][0]
    assert said.replace("\u00a0", " ") == (
        "Structure and size: accuracy from 80.0 % (run of 100) to 90.0 % (run of 200), for 3 s more training."
    )


def test_kept_runs_of_the_problem_are_weighed_beside_the_artifacts_with_the_time_of_their_structure() -> None:
    store, measured = RunStore(), []
    config = TrainingConfig(problem="digits", family="mlp")
    for name, size, accuracy in (("small", 300, 0.96), ("again", 300, 0.97), ("large", 9000, 0.99)):
        made = config.replace(size=size)
        store.add(**columns_of(made, metric="accuracy", validation_metric=accuracy, name=name))
    store.add(**columns_of(TrainingConfig(problem="breast_cancer", family="mlp"), metric="accuracy",
                           validation_metric=1.0, name="of another problem"))  # fmt: skip

    def measure(config: TrainingConfig) -> Structure:
        measured.append(config.size)
        return Structure(0.001 if config.size == 300 else 0.05, 4 * config.size)

    part = BalancePart(list, lambda: store, lambda: None, lambda: DIGITS, KeptVariants(lambda: None, measure))
    part.draw()
    weigh(part, rate="900")
    wait_until(lambda: part._kept.left == 0)
    part.draw()
    said = list(part._form.form["says"])
    assert said[0].startswith("Of 3 models run\u00a0again is the cheapest that meets it")
    assert sorted(measured) == [300, 9000]  # one structure is measured once
    part.close()


def measured_of(artifact: Artifact) -> Measured:
    assert artifact.measured is not None
    return artifact.measured


def with_memory(artifacts: list[Artifact], resident: int) -> list[Artifact]:
    return [replace(each, measured=replace(measured_of(each), resident=resident)) for each in artifacts]


def test_memory_that_has_no_price_is_said_not_to_count_and_with_one_it_does(artifacts: list[Artifact]) -> None:
    store, heavy = RunStore(), with_memory(artifacts, 2_000_000_000)
    part = BalancePart(lambda: heavy, lambda: store, lambda: None)
    part.draw()
    assert "Memory is not counted: it has no price here." in weigh(part)
    assert "Memory is not counted: it has no price here." in weigh(part, gb_hour="0")
    said = [sentence.replace("\u00a0", " ") for sentence in weigh(part, gb_hour="0.018")]
    assert said[0] == "Of 2 models #0 original is the cheapest that meets it: 3.50 a million answers."
    assert "Of that price 1.00 is memory: 2.00 GB, of the process that was measured." in said
    of_unknown = BalancePart(lambda: artifacts, lambda: store, lambda: None)
    of_unknown.draw()
    assert "Memory is not counted: it was not measured." in weigh(of_unknown, gb_hour="0.018")


def test_training_is_priced_by_the_core_seconds_of_its_engine_where_they_are_known(
    part: BalancePart, artifacts: list[Artifact]
) -> None:
    said = [sentence.replace("\u00a0", " ") for sentence in weigh(part)]
    assert "Its training cost 0.360: the whole machine for 60 min, for what it computed was not measured." in said
    artifacts[:] = [replace(each, training_cpu=300.0, making_cpu=100.0) for each in artifacts]
    said = [sentence.replace("\u00a0", " ") for sentence in weigh(part)]
    assert "Its training cost 0.0100: 400 s of a core, as its engine measured." in said


def predicting(number: int, error: float, service: float, steps: tuple[Step, ...] = ()) -> Artifact:
    """One whose predictions of 0, 1, ..., 9 are all too large by `error`."""
    truths = np.arange(10.0)
    measured = Measured(
        Sizes(1000 - number, 900, 250, 250), truths + error, truths, 0, truths, {1: Latency(1, service, None, 10)},
        None, (), 3,
    )  # fmt: skip
    return Artifact(number, steps, "MLP", state="made", measured=measured)


def test_a_quantity_is_weighed_by_r_squared_or_by_its_mean_absolute_error_in_its_unit() -> None:
    store, made = RunStore(), [predicting(0, 0.5, 0.010), predicting(1, 1.0, 0.001, SMALL)]
    part = BalancePart(lambda: made, lambda: store, lambda: None, lambda: DIABETES)
    part.draw()
    fields = {field["name"]: field for field in part._form.form["fields"]}
    assert list(map(tuple, fields["metric"]["options"])) == [("R2", "R²"), ("MAE", "mean absolute error")]
    assert fields["MAE"]["label"] == "Mean absolute error, at most points"
    assert (fields["R2"]["value"], fields["MAE"]["value"]) == ("0.96", "0.525")  # R² is 1 - 10 · 0.25 / 82.5 = 0.970
    typed = {name: value for name, value in TYPED.items() if name != "accuracy"}

    def said(metric: str, **more: str) -> list[str]:
        part._form._receive(None, {"kind": "start", "values": {**typed, "metric": metric, **more}}, None)
        part.draw()
        return [sentence.replace("\u00a0", " ") for sentence in part._form.form["says"]]

    by_error = said("MAE", R2="0", MAE="0.8")
    assert by_error[0] == "Of 2 models #0 original is the cheapest that meets it: 2.50 a million answers."
    assert "At a mean absolute error of 0.400 points nothing would meet it." in by_error
    assert said("MAE", R2="0", MAE="0.4")[0] == (
        "Nothing meets it: the best model has a mean absolute error of 0.500 points."
    )
    by_variance = said("R2", R2="0.86", MAE="1", rate="1000")
    assert by_variance[0].startswith("Of 2 models #1 int8 is the cheapest that meets it")  # R² 1 - 10 / 82.5 = 0.879
    assert "At an R² of 0.880 #0 original would be chosen." in by_variance
    assert said("R2", R2="0.99", MAE="1")[0] == "Nothing meets it: the best model has an R² of 0.970."
    assert said("R2", R2="2", MAE="1")[0].startswith("R², at least must be")


def test_the_corner_of_an_error_is_below_the_wish() -> None:
    variants = [found for each in (predicting(0, 0.5, 0.010),) if (found := variant_of(each, "MAE"))]
    wish = Wish(0.8, 0.1, 10, "MAE")
    chart = corner_panel(variants, wish, variants[0], "MAE", "points").figure
    (corner,) = chart.layout.shapes
    assert corner.y0 == 0.8
    assert corner.y1 < 0.5
    assert list(chart.data[0].y) == [0.5]
    assert chart.layout.yaxis.title.text == "Mean absolute error, points"


def test_answers_of_another_kind_than_the_problems_are_not_weighed() -> None:
    assert variant_of(predicting(0, 0.5, 0.010)) is None
    assert variant_of(artifact(0, 980, 0.010), "R2") is None


def test_compression_is_a_lever_too_with_what_it_bought_and_cost(artifacts: list[Artifact]) -> None:
    store, small = RunStore(), replace(artifacts[1], making_cpu=2.5)
    artifacts[1] = replace(small, measured=replace(measured_of(small), sizes=Sizes(260, 200, 250, 250)))
    part = BalancePart(lambda: artifacts, lambda: store, lambda: None)
    part.draw()
    (said,) = part._form.form["says"]
    assert said.replace("\u00a0", " ") == (
        "Compression, #1 int8: 260 bytes instead of 1.00 kB, an answer in 1.00 ms instead of 10.0 ms, accuracy from "
        "98.0 % to 96.0 %, for 2.50 s of a core to make it."
    )
