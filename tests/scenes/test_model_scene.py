"""What a model's page is told of its run: whether a chart that shows nothing may still hope."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from core.history.run_histories import RunHistories
from core.learning.facts import LearnerFacts
from core.models.card import ModelCard
from core.models.layer_name import LayerName
from core.runs.status import Status
from tests.support.model_moments import seen_at, setup_of
from widgets.charts.answers.confusion import ConfusionChart
from widgets.charts.finding_update import AWAITED
from widgets.charts.training.curvature import ESTIMATE
from widgets.scenes.model_scene import ModelScene
from widgets.scenes.scene_charts import cannot_be_drawn

if TYPE_CHECKING:
    from core.runs.any_run import AnyRun


@pytest.mark.parametrize(("status", "note"), [(Status.PLAYING, AWAITED), (Status.DIVERGED, ESTIMATE)])
def test_a_look_is_promised_only_while_the_run_can_be_looked_at(status: Status, note: str) -> None:
    scene = ModelScene(setup_of(), {}, lambda: None)
    scene.facts = LearnerFacts(ModelCard(1482, (), 2880, 5928), 1437, 45, "")
    record = RunHistories(0, [LayerName("dense")])
    run = SimpleNamespace(
        observation=seen_at(3),
        record=record,
        findings={},
        failed_probes=frozenset(),
        marks=[],
        status=status,
        total_steps=900,
    )
    scene.panels()  # makes the charts
    moment = scene.moment(cast("AnyRun", run))
    assert moment is not None
    frame = scene.frame(moment, frozenset({"curvature"}), settled=True)
    assert frame["panels"]["curvature"]["note"] == note


def scene_at(step: int, failed_probes: frozenset[str] = frozenset()) -> tuple[ModelScene, SimpleNamespace]:
    scene = ModelScene(setup_of(), {}, lambda: None)
    scene.facts = LearnerFacts(ModelCard(1482, (), 2880, 5928), 1437, 45, "")
    run = SimpleNamespace(
        observation=seen_at(step),
        record=RunHistories(0, [LayerName("dense")]),
        findings={},
        failed_probes=failed_probes,
        marks=[],
        status=Status.PLAYING,
        total_steps=900,
    )
    scene.panels()  # makes the charts
    return scene, run


def test_a_chart_that_raises_says_so_and_the_others_are_drawn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(chart: object, moment: object) -> dict[str, object]:
        raise IndexError("tuple index out of range")

    scene, run = scene_at(3)
    monkeypatch.setattr(ConfusionChart, "update", fail)
    for _frame in range(2):
        moment = scene.moment(cast("AnyRun", run))
        assert moment is not None
        frame = scene.frame(moment, frozenset({"confusion", "loss"}), settled=True)
    assert frame["panels"]["confusion"] == {"note": cannot_be_drawn()}
    assert "traces" in frame["panels"]["loss"]
    assert [record.message for record in caplog.records] == ["the chart confusion cannot be drawn"]


def test_what_cannot_be_computed_is_said_in_its_card() -> None:
    scene, run = scene_at(3, frozenset({"confusion"}))
    moment = scene.moment(cast("AnyRun", run))
    assert moment is not None
    panels = scene.frame(moment, frozenset({"confusion", "loss"}), settled=True)["panels"]
    assert "cannot be computed" in panels["confusion"]["note"]
    assert "cannot be computed" not in panels["loss"]["note"]
