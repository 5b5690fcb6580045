"""A run's thread: steps, plays and pauses happen as asked for, in order, and are recorded."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.runs.run import Run
from core.runs.status import Status
from core.training.build import build_objective, build_trainer
from tests.support.watched_run import PATIENCE, START, CountingTrainer, Start, Watched


def test_play_takes_steps_until_pause(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(100)
    watched.run.pause()
    watched.until_status(Status.PAUSED)
    seen = watched.run.observation
    assert seen is not None
    assert seen.step == watched.run.step == watched.trainer.step


def test_a_single_step_is_one_step_and_is_observed(watch: Start) -> None:
    watched = watch().started()
    for expected in (1, 2, 3):
        watched.run.take_steps()
        watched.until(lambda n=expected: watched.observed_step == n)  # type: ignore[misc]  # bound now, not when it is called
    assert watched.trainer.calls == [1, 1, 1]
    assert watched.run.status is Status.PAUSED


def test_single_steps_asked_for_in_a_burst_are_all_taken(watch: Start) -> None:
    watched = watch().started()
    for _ in range(25):
        watched.run.take_steps()
    watched.until(lambda: watched.observed_step == 25)


def test_a_run_takes_no_steps_back(watch: Start) -> None:
    with pytest.raises(ValueError, match="not -1"):
        watch().run.take_steps(-1)


def test_many_steps_at_once_are_taken_in_calls_that_a_pause_gets_between(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps(100_000)
    assert watched.run.wait(PATIENCE)
    assert watched.run.step == sum(watched.trainer.calls) == 100_000
    assert max(watched.trainer.calls) <= CountingTrainer.longest_call
    watched.trainer.gate.clear()
    watched.trainer.inside.clear()
    watched.run.take_steps(100_000)
    assert watched.trainer.inside.wait(PATIENCE)
    assert not watched.run.wait(0)
    watched.run.pause()
    watched.trainer.gate.set()
    assert watched.run.wait(PATIENCE)
    assert watched.run.step <= 100_000 + CountingTrainer.longest_call


def test_a_run_that_plays_does_not_rest_and_one_that_is_stopped_does(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    assert not watched.run.wait(0.05)
    watched.run.stop()
    assert watched.run.wait(PATIENCE)
    assert watched.run.status is Status.STOPPED


def test_a_single_step_while_playing_pauses(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(1)
    watched.run.take_steps()
    watched.until_status(Status.PAUSED)
    assert not watched.run.wants_to_play


def test_every_method_returns_at_once_while_a_call_is_under_way(watch: Start) -> None:
    watched = watch().started()
    watched.trainer.gate.clear()
    watched.run.play()
    assert watched.trainer.inside.wait(PATIENCE)
    run, begun = watched.run, time.perf_counter()
    for wish in (run.pause, run.take_steps, run.play, run.request_observation, run.stop):
        wish()
    run.set(learning_rate=1.0)
    run.set_pace(5)
    run.set_total(10)
    run.restart(START)
    assert time.perf_counter() - begun < 0.05
    assert watched.run.step == 0


def test_the_history_has_one_row_for_each_step(watch: Start) -> None:
    watched = watch(total_steps=300).started()
    watched.run.play()
    watched.until_status(Status.FINISHED)
    assert watched.run.history is not None
    rows = watched.run.history.view(1000)
    assert rows["step"].tolist() == list(range(300))
    assert rows["parameter_0"].tolist() == list(range(300))


def test_a_run_that_plays_is_observed_anew_only_after_another_step(watch: Start) -> None:
    watched = watch(pace=1e-3).started()
    watched.run.play()
    watched.until_step(1)
    seen = watched.run.observation
    for _ in range(3):
        watched.run.request_observation()
        with watched.changed:
            assert not watched.changed.wait_for(lambda: watched.run.observation is not seen, 0.05)
    watched.run.set_pace(1e6)
    watched.until(lambda: watched.run.observation is not seen)
    assert watched.observed_step > 1


def test_a_real_trainer_is_played_to_the_end() -> None:
    config = TrainingConfig(epochs=200)
    objective = build_objective(config)
    done = threading.Event()

    def look() -> None:
        if run.status in (Status.FINISHED, Status.FAILED):
            done.set()

    run = Run(lambda: build_trainer(config, objective), config.epochs, on_change=look)
    run.play()
    run.start()
    assert done.wait(PATIENCE * 3)
    run.stop()
    assert run.join(PATIENCE)
    assert run.history is not None
    direct = build_trainer(config, objective).advance(200)
    assert np.array_equal(run.history.view(200)["loss"], direct.loss)


def test_the_time_of_an_update_is_that_of_the_quickest_call_whatever_its_trial_met() -> None:
    trainer = CountingTrainer()
    trainer.seconds_per_update = 1000.0  # by a trial on a busy machine
    watched = Watched(trainer).started()
    assert watched.run.seconds_per_update == 1000.0
    watched.run.take_steps(3)
    watched.until_step(3)
    watched.until(lambda: (watched.run.seconds_per_update or 0) < 1000.0)
    watched.run.stop()
