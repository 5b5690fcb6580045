"""Settings that change while a run is under way: live ones, the pace, and its total of steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.runs.past.setting_changes import LiveRecord, SettingChange
from core.runs.status import Status
from tests.support.watched_run import START, Start

if TYPE_CHECKING:
    from core.runs.run import Run


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
    assert watched.run.step == watched.trainer.step >= 20
    assert min(watched.trainer.calls) > 0  # it takes no steps back


def test_a_finished_run_takes_no_single_step(watch: Start) -> None:
    watched = watch(total_steps=3).started()
    watched.run.play()
    watched.until_status(Status.FINISHED)
    watched.run.take_steps()
    watched.run.restart(START)
    watched.until(lambda: watched.run.status is Status.PAUSED and watched.run.step == 0)
    assert sum(watched.trainer.calls) == 3


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


def newest_rate(run: Run) -> float | None:
    return run.marks[-1].new if run.marks else None


def test_a_drag_of_a_slider_through_many_updates_leaves_one_mark_where_it_came_to(watch: Start) -> None:
    watched = watch().started()
    for step, rate in enumerate((0.25, 0.2, 0.125), 1):
        watched.run.take_steps()
        watched.until_step(step)
        watched.run.set(learning_rate=rate)
        watched.until(lambda r=rate: newest_rate(watched.run) == r)  # type: ignore[misc]  # bound now, not when it is called
    assert watched.run.marks == (SettingChange(3, "learning_rate", 0.5, 0.125),)


def test_changes_of_different_settings_and_those_apart_in_time_keep_their_marks() -> None:
    live, nobody, momentum = LiveRecord(), frozenset[str](), frozenset({"momentum"})
    for step, name, old, new, dragged in (
        (10, "learning_rate", 0.1, 0.2, nobody),
        (11, "momentum", 0.0, 0.5, nobody),
        (12, "momentum", 0.5, 0.9, momentum),
        (40, "momentum", 0.9, 0.8, nobody),
    ):
        live = live.with_settings(step, {name: new}, {name: old}, {name: new}, old, dragged)
    assert live.marks == (
        SettingChange(10, "learning_rate", 0.1, 0.2),
        SettingChange(12, "momentum", 0.0, 0.9),
        SettingChange(40, "momentum", 0.9, 0.8),
    )
    assert [change.new for change in live.asked] == [0.2, 0.5, 0.9, 0.8]  # what the updates went by is kept in full


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
