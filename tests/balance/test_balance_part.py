"""The balance on the page: what it says to a wish, and how it takes what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.artifacts.artifact import Artifact, Latency, Measured, Sizes
from core.artifacts.change import steps_of
from core.compression.structure import Structure
from core.config.training_config import TrainingConfig
from core.costs.kept_variants import KeptVariants
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from tests.support.waiting import wait_until
from widgets.balance.balance_chart import corner_panel
from widgets.balance.balance_part import BalancePart, variant_of
from widgets.balance.demand import demand_of

if TYPE_CHECKING:
    from core.artifacts.change import Step

TRUTHS = np.zeros(1000, np.int16)
TYPED = {"accuracy": "95", "latency": "100", "rate": "10", "hour": "0.36", "cores": "4", "watts": ""}
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
        ({"accuracy": "99"}, "Nothing meets it: the best model has 98.0 % right."),
        ({"latency": "0.5"}, "Nothing meets it: the fastest model computes for 1.00 ms."),
        ({"accuracy": "97", "latency": "5"}, "Nothing meets it: what is accurate enough is too slow."),
    ],
)
def test_a_wish_that_nothing_meets_is_told_why(part: BalancePart, typed: dict[str, str], sentence: str) -> None:
    assert weigh(part, **typed)[0].replace("\u00a0", " ") == sentence


@pytest.mark.parametrize("typed", [{"rate": "0"}, {"rate": "many"}, {"accuracy": "101"}, {"cores": "0.5"}])
def test_what_cannot_be_weighed_is_one_sentence_and_the_form_stays(part: BalancePart, typed: dict[str, str]) -> None:
    (said,) = weigh(part, **typed)
    assert said.endswith(".")
    assert part._form.form["can_start"]
    assert weigh(part)[0].startswith("Of 2 models")


def test_an_artifact_that_is_not_made_is_not_weighed() -> None:
    assert variant_of(Artifact(0, (), "CNN")) is None


def test_the_corner_is_above_the_accuracy_and_left_of_the_latency(artifacts: list[Artifact]) -> None:
    variants = [found for each in artifacts if (found := variant_of(each))]
    chart = corner_panel(variants, demand_of(TYPED).wish, variants[0]).figure
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
    (said,) = part._form.form["says"]
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

    part = BalancePart(list, lambda: store, lambda: None, lambda: "digits", KeptVariants(lambda: None, measure))
    part.draw()
    weigh(part, rate="900")
    wait_until(lambda: part._kept.left == 0)
    part.draw()
    said = list(part._form.form["says"])
    assert said[0].startswith("Of 3 models run\u00a0again is the cheapest that meets it")
    assert sorted(measured) == [300, 9000]  # one structure is measured once
    part.close()
