"""A run that begins again: nothing asked for after the restart is lost, and nothing from before it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.runs.past.setting_changes import TOTAL_STEPS
from core.runs.run_requests import RunRequests
from core.runs.status import Status
from tests.support.watched_run import PATIENCE, START, CountingTrainer, Start

if TYPE_CHECKING:
    from core.training.step_record import Observation, Steps


def test_restart_begins_a_new_history_at_the_point_given(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(10)
    watched.run.pause()
    watched.until_status(Status.PAUSED)
    old, start = watched.run.history, (np.ones(1),)
    watched.run.restart(start)
    watched.until(lambda: watched.run.history is not old and watched.run.step == 0)
    assert watched.trainer.resets == [start]
    assert watched.run.history is not None
    assert len(watched.run.history) == 0


@pytest.mark.parametrize("end", [Status.DIVERGED, Status.FINISHED])
def test_play_right_after_a_restart_is_never_lost(watch: Start, end: Status) -> None:
    trainer = CountingTrainer(diverges_at=20 if end is Status.DIVERGED else None)
    watched = watch(trainer, total_steps=40).started()
    for round_number in range(1, 101):
        watched.run.play()
        expected = round_number - 1

        def ended(resets: int = expected) -> bool:
            return len(trainer.resets) == resets and watched.run.status is end

        watched.until(ended)
        watched.run.restart(START)


def test_a_restart_and_play_in_the_middle_of_an_observation_are_not_lost(watch: Start) -> None:
    trainer = CountingTrainer(diverges_at=20)
    watched = watch(trainer).started()
    observe = trainer.observe

    def interrupted() -> Observation:
        trainer.observe = observe  # type: ignore[method-assign]  # watched in place of the real one
        watched.run.restart(START)
        watched.run.play()
        return observe()

    trainer.observe = interrupted  # type: ignore[method-assign]  # watched in place of the real one
    watched.run.request_observation()
    watched.until(lambda: len(trainer.resets) == 1 and watched.run.status is Status.DIVERGED)
    assert watched.run.step == 20


def test_a_restart_drops_the_single_steps_asked_for_before_it(watch: Start) -> None:
    watched = watch().started()
    watched.trainer.gate.clear()
    watched.run.take_steps()
    assert watched.trainer.inside.wait(PATIENCE)
    watched.run.take_steps()
    watched.run.restart(START)
    watched.run.take_steps()
    watched.trainer.gate.set()
    watched.until(lambda: len(watched.trainer.resets) == 1 and watched.observed_step == 1)
    assert watched.trainer.calls == [1, 1]


def test_a_restart_forgets_the_marks_and_keeps_the_setting(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps()
    watched.run.set(learning_rate=0.25)
    watched.run.restart(START)
    watched.until(lambda: bool(watched.trainer.resets) and watched.run.step == 0)
    assert watched.run.marks == ()
    assert watched.trainer.rate == 0.25


def test_settings_that_come_while_a_restart_is_taken_are_those_of_the_run_it_begins(
    watch: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(total_steps=80).started()
    watched.run.play()
    watched.until(lambda: watched.run.status is Status.FINISHED)
    take = RunRequests.take_restart

    def late(requests: RunRequests) -> object:
        if requests.restart is not None:  # the worker has just looked for settings, and found none
            requests.ask_for_settings({"learning_rate": 0.25, TOTAL_STEPS: 50})
        return take(requests)

    monkeypatch.setattr(RunRequests, "take_restart", late)
    watched.run.restart(START)
    watched.run.play()
    watched.until(lambda: watched.run.step == 50 and watched.run.status is Status.FINISHED)
    assert watched.run.marks == ()
    assert watched.trainer.hyper() == {"learning_rate": 0.25}


def test_a_step_asked_for_after_a_setting_uses_it(watch: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = watch().started()
    watched.until_status(Status.PAUSED)
    used: list[object] = []
    advance = watched.trainer.advance

    def noted(steps: int) -> Steps:
        used.append(watched.trainer.hyper())
        return advance(steps)

    monkeypatch.setattr(watched.trainer, "advance", noted)
    take = RunRequests.take_restart

    def late(requests: RunRequests) -> object:
        if not used and requests.observation:  # between the look for settings and the next step
            requests.ask_for_settings({"learning_rate": 0.25})
            requests.ask_for_steps(1)
        return take(requests)

    monkeypatch.setattr(RunRequests, "take_restart", late)
    watched.run.request_observation()
    watched.until(lambda: watched.run.step == 1)
    assert used == [{"learning_rate": 0.25}]
