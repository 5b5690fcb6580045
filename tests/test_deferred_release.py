"""What has ended is kept until a build frees it, and what has not ended is kept longer."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

from core import deferred_release
from core.deferred_release import free_retired, retire
from core.runs.run import Run
from core.runs.status import Status
from tests.support.watched_run import PATIENCE, CountingTrainer, Watched

if TYPE_CHECKING:
    import pytest


class Held:
    """Something that ends when it is told to."""

    def __init__(self) -> None:
        self.ended = False

    def join(self, timeout: float | None = None) -> bool:
        return self.ended


def test_what_has_ended_is_freed_by_the_next_build_and_not_before() -> None:
    one = Held()
    one.ended = True
    gone = weakref.ref(one)
    retire(one)
    retire(one)
    del one
    gc.collect()
    assert gone() is not None
    free_retired()
    assert gone() is None


def test_what_is_still_at_work_is_kept_for_a_later_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferred_release, "PATIENCE_S", 0.0)
    one = Held()
    gone = weakref.ref(one)
    retire(one)
    free_retired()
    one.ended = True
    del one
    gc.collect()
    assert gone() is not None
    free_retired()
    assert gone() is None


def test_a_run_is_kept_until_the_next_one_is_built() -> None:
    watched = Watched(CountingTrainer()).started()
    watched.run.stop()
    assert watched.run.join(PATIENCE)
    gone = weakref.ref(watched.run)
    del watched
    gc.collect()
    assert gone() is not None
    following = Watched(CountingTrainer()).started()
    gc.collect()
    assert gone() is None
    following.run.stop()


def test_a_run_that_is_stopped_while_it_waits_for_its_turn_ends_at_once() -> None:
    inside, gate = threading.Event(), threading.Event()

    def slow() -> CountingTrainer:
        inside.set()
        assert gate.wait(PATIENCE)
        return CountingTrainer()

    building = Run(slow, 10)  # type: ignore[arg-type]  # a stand-in without TensorFlow
    building.start()
    assert inside.wait(PATIENCE)
    waiting = Run(CountingTrainer, 10)  # type: ignore[arg-type]  # a stand-in without TensorFlow
    waiting.start()
    waiting.stop()
    assert waiting.join(PATIENCE)
    assert waiting.status is Status.STOPPED
    building.stop()
    gate.set()
    assert building.join(PATIENCE)
