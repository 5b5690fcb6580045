"""Probes look beside the run: training, pausing and a new start wait for none of them, and a fault stops only one."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from core.probes.probe_schedule import GAP_SECONDS, ProbeSchedule
from core.probes.probe_turn import LOOKS_ALONG
from core.probes.validation_cadence import LEAST_LOOKS
from core.runs.status import Status
from core.training.probe import Probe
from tests.support.watched_run import PATIENCE, START, CountingTrainer, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from core.runs.run import Run


class Gated(Probe[Any]):
    """A probe that waits inside a look until it is let go, and finds the step it looked at."""

    def __init__(self) -> None:
        self.inside, self.gate = threading.Event(), threading.Event()
        self.steps: list[int] = []

    def look(self, snapshot: Any) -> int:
        self.steps.append(snapshot.step)
        self.inside.set()
        assert self.gate.wait(PATIENCE)
        return snapshot.step

    def forget(self) -> None:
        self.inside.clear()


class Broken(Probe[Any]):
    def look(self, snapshot: Any) -> int:
        raise ZeroDivisionError

    def forget(self) -> None:
        pass


class Noting(Probe[Any]):
    """A probe that costs nothing and notes at which step, and after how much playing, it looked."""

    def __init__(self) -> None:
        self.looks: list[tuple[int, float]] = []
        self.played: Callable[[], float] = lambda: 0.0

    def look(self, snapshot: Any) -> None:
        self.looks.append((snapshot.step, self.played()))

    def forget(self) -> None:
        pass


def watched_run(**probes: Any) -> Watched:
    names = frozenset(probes)
    watched = Watched(CountingTrainer(), probes=lambda: ProbeSchedule(probes))
    watched.run.watch(names)
    return watched.started()


def step_of(run: Run, name: str) -> int:
    return run.findings[name].step if name in run.findings else -1


def test_training_pause_and_single_steps_do_not_wait_for_a_look() -> None:
    probe = Gated()
    watched = watched_run(slow=probe)
    assert probe.inside.wait(PATIENCE)
    watched.run.play()
    watched.until_step(1000)
    watched.run.pause()
    watched.until_status(Status.PAUSED)
    before = watched.run.step
    watched.run.take_steps()
    watched.until(lambda: watched.observed_step == before + 1)
    assert not watched.run.findings
    probe.gate.set()
    watched.until(lambda: step_of(watched.run, "slow") == before + 1)  # at rest it looks again where the run stands
    watched.run.stop()


def test_what_a_look_finds_after_a_reset_is_of_the_new_beginning() -> None:
    probe = Gated()
    watched = watched_run(slow=probe)
    assert probe.inside.wait(PATIENCE)
    watched.run.take_steps()
    watched.until(lambda: watched.observed_step == 1)
    probe.gate.set()
    watched.until(lambda: step_of(watched.run, "slow") == 1)
    probe.gate.clear()
    probe.inside.clear()
    watched.run.take_steps()
    assert probe.inside.wait(PATIENCE)  # it looks at step 2
    watched.run.restart(START)
    watched.until(lambda: watched.observed_step == 0)
    assert not watched.run.findings
    probe.gate.set()
    watched.until(lambda: step_of(watched.run, "slow") == 0)
    watched.run.stop()


def test_a_probe_that_fails_is_named_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    watched = watched_run(broken=Broken())
    watched.until(lambda: watched.run.failed_probes == {"broken"})
    watched.run.play()
    watched.until_step(1000)
    assert watched.run.error is None
    assert "the probe broken failed" in caplog.text
    watched.run.stop()


def test_a_probe_that_measures_times_is_called_between_two_updates_once_it_is_compiled() -> None:
    threads: list[str] = []

    class Timing(Probe[Any]):
        def look(self, snapshot: Any) -> int:
            threads.append(threading.current_thread().name)
            return snapshot.step

        def forget(self) -> None:
            pass

    probes = ProbeSchedule({"timing": Timing()}, undisturbed=frozenset({"timing"}))
    watched = Watched(CountingTrainer(), probes=lambda: probes)
    watched.run.watch(frozenset({"timing"}))
    watched.started()
    watched.until(lambda: len(threads) == 2)
    assert threads == ["descent-lab-probes", "descent-lab-run"]
    watched.run.stop()


def test_a_first_look_keeps_no_other_probe_waiting() -> None:
    compiling, quick = Gated(), Gated()
    quick.gate.set()
    watched = watched_run(quick=quick, compiling=compiling)
    assert compiling.inside.wait(PATIENCE)
    watched.run.take_steps()
    watched.until(lambda: step_of(watched.run, "quick") == 1)
    assert "compiling" not in watched.run.findings
    compiling.gate.set()
    watched.until(lambda: step_of(watched.run, "compiling") == 1)
    watched.run.stop()


def test_the_gap_between_two_looks_is_one_of_playing_so_that_after_a_pause_training_has_it_to_itself() -> None:
    probe = Noting()
    watched = watched_run(cheap=probe)
    run = watched.run
    probe.played = lambda: run.seconds_played
    watched.until(lambda: step_of(run, "cheap") == 0)
    at_rest = {0}
    for _ in range(3):
        run.play()
        watched.until_step(run.step + 500)
        run.pause()
        watched.until_status(Status.PAUSED)
        at_rest.add(run.step)
        watched.until(lambda: step_of(run, "cheap") == run.step)
        time.sleep(1.2 * GAP_SECONDS)
    run.play()
    while step_of(run, "cheap") in at_rest:  # what is found while it plays is told to nobody
        watched.until_step(run.step + 1)
    run.stop()
    since = [then - before for (_, before), (step, then) in pairwise(probe.looks) if step not in at_rest]
    assert since
    assert min(since) >= 0.99 * GAP_SECONDS


def test_a_curve_begins_where_the_run_begins_however_soon_it_is_played() -> None:
    trainer, probe = CountingTrainer(), Noting()
    probes = ProbeSchedule({"curve": probe}, always=frozenset({"curve"}), along=frozenset({"curve"}))
    watched = Watched(trainer, probes=lambda: probes, total_steps=100)
    run = watched.run
    run.play()
    run.start()
    watched.until_status(Status.FINISHED)
    run.restart(START)
    run.play()
    watched.until(lambda: len([step for step, _ in probe.looks if step == 0]) >= 2)
    run.stop()


def test_a_curve_begins_anew_where_a_look_of_before_is_still_under_way() -> None:
    probe = Gated()
    probe.gate.set()
    probes = ProbeSchedule({"curve": probe}, always=frozenset({"curve"}))
    watched = Watched(CountingTrainer(), probes=lambda: probes, total_steps=100).started()
    watched.until(lambda: step_of(watched.run, "curve") == 0)
    probe.gate.clear()
    probe.inside.clear()
    watched.run.take_steps()
    assert probe.inside.wait(PATIENCE)  # it looks at step 1
    watched.run.restart(START)
    watched.run.play()
    watched.until(lambda: watched.observed_step == 0)
    probe.gate.set()
    watched.until_status(Status.FINISHED)
    assert probe.steps[:3] == [0, 1, 0]
    watched.run.stop()


def test_a_curve_that_takes_long_to_compile_does_not_hold_up_the_run() -> None:
    probe = Gated()
    watched = Watched(CountingTrainer(), probes=lambda: ProbeSchedule({"curve": probe}, always=frozenset({"curve"})))
    watched.run.play()
    watched.run.start()
    watched.until_step(1000)
    assert not watched.run.findings
    probe.gate.set()
    watched.run.stop()


def test_at_full_speed_calls_are_short_enough_for_the_looks_of_a_curve_along_the_run() -> None:
    trainer, probe = CountingTrainer(), Noting()
    probes = ProbeSchedule({"curve": probe}, always=frozenset({"curve"}), along=frozenset({"curve"}))
    watched = Watched(trainer, probes=lambda: probes, total_steps=1000).started()
    run = watched.run
    watched.until(lambda: step_of(run, "curve") == 0)
    run.play()
    watched.until_status(Status.FINISHED)
    assert (run.step, max(trainer.calls)) == (1000, 1000 // LOOKS_ALONG)
    run.set_total(3000)
    run.play()
    watched.until(lambda: run.step == 3000 and run.status is Status.FINISHED)
    assert max(trainer.calls) == trainer.longest_call
    run.stop()


class Dear(Noting):
    """A probe whose looks take so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def look(self, snapshot: Any) -> None:
        threading.Event().wait(self._seconds)
        super().look(snapshot)


def test_a_run_that_is_soon_over_waits_for_its_validation_and_not_for_dearer_looks() -> None:
    validation, curvature = Dear(0.002), Dear(0.2)
    one = frozenset({"validation"})
    probes = ProbeSchedule(
        {"validation": validation, "curvature": curvature},
        always=one,
        along=one,
        together=one,
        weights={"curvature": 90},
    )
    watched = Watched(CountingTrainer(), probes=lambda: probes, total_steps=1000)
    watched.run.watch(frozenset({"curvature"}))
    watched.started()
    watched.until(lambda: step_of(watched.run, "curvature") == 0 == step_of(watched.run, "validation"))
    watched.run.play()
    watched.until_status(Status.FINISHED)
    watched.until(lambda: step_of(watched.run, "validation") == 1000)
    steps = [step for step, _played in validation.looks]
    assert len(steps) >= LEAST_LOOKS
    assert max(b - a for a, b in pairwise(steps)) <= 2 * 1000 / LEAST_LOOKS
    watched.run.stop()
