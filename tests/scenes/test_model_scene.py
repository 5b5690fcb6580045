"""What a model's page is told of its run: whether a chart that shows nothing may still hope."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from core.history.run_histories import RunHistories
from core.runs.status import Status
from tests.support.model_moments import seen_at, setup_of
from widgets.charts.finding_update import AWAITED
from widgets.charts.training.curvature import ESTIMATE
from widgets.scenes.model_scene import ModelScene

if TYPE_CHECKING:
    from core.runs.run import Run


@pytest.mark.parametrize(("status", "note"), [(Status.PLAYING, AWAITED), (Status.DIVERGED, ESTIMATE)])
def test_a_look_is_promised_only_while_the_run_can_be_looked_at(status: Status, note: str) -> None:
    scene = ModelScene(setup_of(), {}, lambda: None)
    scene.learner = cast("Any", object())
    record = RunHistories(0, ["dense"])
    run = SimpleNamespace(
        observation=seen_at(3), record=record, findings={}, failed_probes=frozenset(), marks=[], status=status
    )
    scene.panels()  # makes the charts
    moment = scene.moment(cast("Run", run))
    assert moment is not None
    frame = scene.frame(moment, frozenset({"curvature"}), settled=True)
    assert frame["panels"]["curvature"]["note"] == note
