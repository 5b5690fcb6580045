"""What a model's page is told of its run: whether a chart that shows nothing may still hope."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from core.history.run_histories import RunHistories
from core.learning.facts import LearnerFacts
from core.models.card import ModelCard
from core.runs.status import Status
from tests.support.model_moments import seen_at, setup_of
from widgets.charts.finding_update import AWAITED
from widgets.charts.training.curvature import ESTIMATE
from widgets.scenes.model_scene import ModelScene

if TYPE_CHECKING:
    from core.runs.any_run import AnyRun


@pytest.mark.parametrize(("status", "note"), [(Status.PLAYING, AWAITED), (Status.DIVERGED, ESTIMATE)])
def test_a_look_is_promised_only_while_the_run_can_be_looked_at(status: Status, note: str) -> None:
    scene = ModelScene(setup_of(), {}, lambda: None)
    scene.facts = LearnerFacts(ModelCard(1482, (), 2880, 5928), 1437, 45, "")
    record = RunHistories(0, ["dense"])
    run = SimpleNamespace(
        observation=seen_at(3), record=record, findings={}, failed_probes=frozenset(), marks=[], status=status
    )
    scene.panels()  # makes the charts
    moment = scene.moment(cast("AnyRun", run))
    assert moment is not None
    frame = scene.frame(moment, frozenset({"curvature"}), settled=True)
    assert frame["panels"]["curvature"]["note"] == note
