"""A run before its first step and at its end: prepared, stopped, diverged, failed."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from core.runs.status import Status
from tests.support.watched_run import PATIENCE, CountingTrainer, ModelTrainer, Start

if TYPE_CHECKING:
    import pytest


def test_a_prepared_run_is_paused_at_step_0_with_an_observation(watch: Start) -> None:
    watched = watch().started()
    assert watched.trainer.compiled
    assert watched.run.observation is not None
    assert (watched.run.step, watched.run.observation.step, watched.trainer.calls) == (0, 0, [])


def test_play_before_the_run_is_prepared_is_remembered(watch: Start) -> None:
    watched = watch()
    watched.run.play()
    assert watched.run.wants_to_play
    watched.run.start()
    watched.until_step(1)
    assert watched.run.status is Status.PLAYING


def test_a_diverged_run_stops_keeps_its_history_and_is_observed_there(watch: Start) -> None:
    watched = watch(CountingTrainer(diverges_at=30)).started()
    watched.run.play()
    watched.until_status(Status.DIVERGED)
    assert watched.run.history is not None
    assert watched.run.observation is not None
    assert (len(watched.run.history), watched.run.step, watched.run.observation.step) == (30, 30, 30)
    assert not watched.run.wants_to_play


def test_a_stopped_run_is_stopped(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(1)
    watched.run.stop()
    assert watched.run.join(PATIENCE)
    assert watched.run.status is Status.STOPPED


def test_where_a_model_begins_is_shown_while_its_programs_are_compiled(watch: Start) -> None:
    trainer = ModelTrainer()
    trainer.gate.clear()
    watched = watch(trainer)
    watched.run.start()
    watched.until(lambda: watched.observed_step == 0)
    assert watched.run.status is Status.PREPARING
    assert watched.run.history is not None
    assert not watched.run.wait(0)
    trainer.gate.set()
    assert watched.run.wait(PATIENCE)
    assert watched.run.status is Status.PAUSED


def test_a_run_stopped_while_it_settles_never_builds(watch: Start) -> None:
    built: list[bool] = []
    watched = watch(build=lambda: built.append(True), settle_seconds=PATIENCE)
    watched.run.start()
    watched.run.stop()
    assert watched.run.join(PATIENCE / 2)
    assert (built, watched.run.status) == ([], Status.STOPPED)


def test_a_run_stopped_while_another_is_built_never_builds(watch: Start) -> None:
    built: list[bool] = []
    building, finish = threading.Event(), threading.Event()
    trainer = CountingTrainer()

    def slow() -> CountingTrainer:
        building.set()
        assert finish.wait(PATIENCE)
        return trainer

    first = watch(trainer, slow)
    first.run.start()
    assert building.wait(PATIENCE)
    second = watch(build=lambda: built.append(True))
    second.run.start()
    second.run.stop()
    finish.set()
    assert second.run.join(PATIENCE)
    assert (built, second.run.status) == ([], Status.STOPPED)


def test_a_run_that_cannot_be_built_fails_with_one_plain_sentence(
    watch: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    watched = watch(build=broken)
    with caplog.at_level(logging.ERROR):
        watched.run.start()
        watched.until_status(Status.FAILED)
    assert watched.run.error is not None
    assert watched.run.error.count(".") == 1
    assert "\n" not in watched.run.error
    assert not any(word in watched.run.error for word in ("secret", "ZeroDivision", "Traceback", "File"))
    assert "secret detail" in caplog.text  # for whoever runs the server


def test_a_fault_while_playing_fails_the_run_and_keeps_its_history(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps()
    watched.until_step(1)
    watched.trainer.broken = True
    watched.run.play()
    watched.until_status(Status.FAILED)
    assert watched.run.error is not None
    assert watched.run.history is not None
    assert len(watched.run.history) == 1
    assert not watched.run.wants_to_play  # so its button offers Play, which begins again
