"""A run's thread: what is asked of it happens, in order, and nothing asked for is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.history.run_histories import RunHistories
from core.runs.run import Run
from core.runs.setting_changes import SettingChange
from core.runs.status import Status
from core.training.build import build_objective, build_trainer
from core.training.step_record import Observation, Steps

PATIENCE = 20  # seconds after which a wait has failed; none of them takes long
START = (np.zeros(1),)


class CountingTrainer:
    """A trainer without TensorFlow: its one parameter counts the steps, its loss is one over that."""

    longest_call = 64
    seconds_per_update: float | None = None
    layer_names: tuple[str, ...] = ()

    def __init__(self, diverges_at: int | None = None) -> None:
        self.step, self.diverged, self.compiled = 0, False, False
        self.rate, self.broken, self.total = 0.5, False, 0
        self.calls: list[int] = []
        self.resets: list[Sequence[np.ndarray]] = []
        self.gate = threading.Event()  # advance waits here, so that a test can act in the middle of a call
        self.gate.set()
        self.inside = threading.Event()
        self._diverges_at = diverges_at

    def compile(self) -> None:
        self.compiled = True

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        self.step, self.diverged = 0, False
        self.resets.append(initial)

    def set(self, **settings: float) -> None:
        self.rate = settings.get("learning_rate", self.rate)

    def set_total(self, total_steps: int) -> None:
        self.total = total_steps

    def hyper(self) -> dict[str, float]:
        return {"learning_rate": self.rate}

    @property
    def base_rate(self) -> float:
        return self.rate

    def advance(self, steps: int) -> Steps:
        self.inside.set()
        if self.broken:
            raise ZeroDivisionError
        assert self.gate.wait(PATIENCE)
        self.calls.append(steps)
        first = self.step
        if self._diverges_at is not None and first + steps > self._diverges_at:
            steps, self.diverged = self._diverges_at - first, True
        self.step += steps
        column = np.arange(first, self.step, dtype=np.float32)[:, None]
        return Steps(first, 1 / (1 + column[:, 0]), column, column, np.ones_like(column), self.diverged)

    def snapshot(self) -> Any:
        return SimpleNamespace(step=self.step)

    def observe(self) -> Observation:
        one = np.full(1, float(self.step))
        return Observation(self.step, one, 1.0, one, np.eye(1), {}, self.hyper(), None)


class Watched:
    """A run with a condition that `on_change` notifies, so that a test can wait for what it expects."""

    def __init__(self, trainer: CountingTrainer, build: Callable[[], object] | None = None, **more: object) -> None:
        self.trainer = trainer
        self.changed = threading.Condition()
        self.statuses: list[Status] = []
        options = {"total_steps": 1_000_000_000, **more}
        self.run = Run(build or (lambda: trainer), on_change=self._note, **options)  # type: ignore[arg-type]  # a stand-in without TensorFlow

    def _note(self) -> None:
        with self.changed:
            self.statuses.append(self.run.status)
            self.changed.notify_all()

    @property
    def observed_step(self) -> int:
        """The step of the newest observation, -1 before there is one."""
        return -1 if self.run.observation is None else self.run.observation.step

    def until(self, wanted: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(wanted, PATIENCE), f"{self.run} never got there"

    def until_status(self, status: Status) -> None:
        self.until(lambda: self.run.status is status)

    def until_step(self, step: int) -> None:
        """Until the run is observed at `step` or beyond, asking again as a page does."""

        def there() -> bool:
            if self.observed_step >= step:
                return True
            self.run.request_observation()
            return False

        self.until(there)

    def started(self) -> Watched:
        self.run.start()
        self.until_status(Status.PAUSED)
        return self


Start = Callable[..., Watched]


@pytest.fixture
def watch() -> Iterator[Start]:
    """Makes watched runs and ends them with the test."""
    made: list[Watched] = []

    def make(
        trainer: CountingTrainer | None = None, build: Callable[[], object] | None = None, **more: object
    ) -> Watched:
        made.append(Watched(trainer or CountingTrainer(), build, **more))
        return made[-1]

    yield make
    for watched in made:
        watched.run.stop()
        watched.trainer.gate.set()
        if watched.run._thread.ident is not None:
            assert watched.run.join(PATIENCE)


def test_a_prepared_run_is_paused_at_step_0_with_an_observation(watch: Start) -> None:
    watched = watch().started()
    assert watched.trainer.compiled
    assert watched.run.observation is not None
    assert (watched.run.step, watched.run.observation.step, watched.trainer.calls) == (0, 0, [])


def test_play_takes_steps_until_pause(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(100)
    watched.run.pause()
    watched.until_status(Status.PAUSED)
    seen = watched.run.observation
    assert seen is not None
    assert seen.step == watched.run.step == watched.trainer.step


def test_play_before_the_run_is_prepared_is_remembered(watch: Start) -> None:
    watched = watch()
    watched.run.play()
    assert watched.run.wants_to_play
    watched.run.start()
    watched.until_step(1)
    assert watched.run.status is Status.PLAYING


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


def test_a_gradient_norm_beyond_float32_is_recorded_as_it_is() -> None:
    huge = np.full((1, 2), 3e38, np.float32)
    record = RunHistories(2)
    record.append(Steps(0, np.ones(1, np.float32), huge, huge, huge, False))
    last = record.history.last()
    assert last is not None
    assert last["gradient_norm"] == pytest.approx(3e38 * np.sqrt(2))


def test_a_run_finishes_at_its_total_and_goes_on_when_that_is_raised(watch: Start) -> None:
    watched = watch(total_steps=50).started()
    watched.run.play()
    watched.until_status(Status.FINISHED)
    assert watched.run.step == 50
    assert not watched.run.wants_to_play
    watched.run.set_total(70)
    watched.until_status(Status.PAUSED)
    watched.run.play()
    watched.until_status(Status.FINISHED)
    assert watched.run.step == watched.run.total_steps == 70


def test_a_total_below_the_step_finishes_the_run(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(20)
    watched.run.set_total(10)
    watched.until_status(Status.FINISHED)
    assert watched.run.step == watched.trainer.step


def test_a_finished_run_takes_no_single_step(watch: Start) -> None:
    watched = watch(total_steps=3).started()
    watched.run.play()
    watched.until_status(Status.FINISHED)
    watched.run.take_steps()
    watched.run.restart(START)
    watched.until(lambda: watched.run.status is Status.PAUSED and watched.run.step == 0)
    assert sum(watched.trainer.calls) == 3


def test_a_diverged_run_stops_keeps_its_history_and_is_observed_there(watch: Start) -> None:
    watched = watch(CountingTrainer(diverges_at=30)).started()
    watched.run.play()
    watched.until_status(Status.DIVERGED)
    assert watched.run.history is not None
    assert watched.run.observation is not None
    assert (len(watched.run.history), watched.run.step, watched.run.observation.step) == (30, 30, 30)
    assert not watched.run.wants_to_play


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
    watched.run.play()
    watched.until_status(Status.DIVERGED)
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


def test_a_live_setting_leaves_a_mark_at_the_step_from_which_it_holds(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps()
    watched.until_step(1)
    watched.run.set(learning_rate=0.25)
    watched.until(lambda: bool(watched.run.marks))
    assert watched.run.marks == (SettingChange(1, "learning_rate", 0.5, 0.25),)
    assert watched.run.observation is not None
    assert watched.run.observation.hyper == {"learning_rate": 0.25}


def test_several_changes_between_two_updates_are_one_mark(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps()
    watched.until_step(1)
    for rate in (0.25, 0.125):
        watched.run.set(learning_rate=rate)
        watched.until(lambda r=rate: [m.new for m in watched.run.marks] == [r])  # type: ignore[misc]  # bound now, not when it is called
    assert watched.run.marks == (SettingChange(1, "learning_rate", 0.5, 0.125),)


def test_a_restart_forgets_the_marks_and_keeps_the_setting(watch: Start) -> None:
    watched = watch().started()
    watched.run.take_steps()
    watched.run.set(learning_rate=0.25)
    watched.run.restart(START)
    watched.until(lambda: bool(watched.trainer.resets) and watched.run.step == 0)
    assert watched.run.marks == ()
    assert watched.trainer.rate == 0.25


def test_a_set_pace_takes_no_more_steps_than_time_allows(watch: Start) -> None:
    watched = watch(pace=50.0).started()
    begun = time.perf_counter()
    watched.run.play()
    watched.until_step(10)
    assert watched.run.step <= 50 * (time.perf_counter() - begun) + 2


def test_a_slow_run_can_be_paused_and_sped_up_while_it_waits(watch: Start) -> None:
    watched = watch(pace=0.001).started()
    watched.run.play()
    watched.until_step(1)  # the next is due in a quarter of an hour
    watched.run.set_pace(None)
    watched.until_step(1000)
    watched.run.set_pace(0.001)
    watched.run.pause()
    watched.until_status(Status.PAUSED)


def test_a_stopped_run_is_stopped(watch: Start) -> None:
    watched = watch().started()
    watched.run.play()
    watched.until_step(1)
    watched.run.stop()
    assert watched.run.join(PATIENCE)
    assert watched.run.status is Status.STOPPED


class ModelTrainer(CountingTrainer):
    """One of a model whose programs are compiled as long as `gate` is closed."""

    layer_names = ("dense",)

    def compile(self) -> None:
        assert self.gate.wait(PATIENCE)

    def preview(self) -> Observation:
        return self.observe()


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
