"""A run in a process of its own: the same numbers, and nothing is lost when that process dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.remote.remote_run import DIES_AGAIN, MOST_DEATHS, RemoteRun
from core.remote.task import Task
from core.runs.status import Status
from tests.support.engine_runs import rest, rows, running, steps_here, take
from tests.support.processes import line_of, script, wait_until_ended
from tests.support.waiting import WAIT_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from core.engines.launcher import EngineLauncher
    from core.training.update_loop import Program

ROOT = Path(__file__).resolve().parents[2]
SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=10, examples=200, dropout=0.2)


@pytest.fixture
def begin(launcher: EngineLauncher) -> Iterator[Callable[[TrainingConfig], RemoteRun]]:
    """Makes runs that are at rest at step 0, and ends them after the test."""
    with ExitStack() as runs:

        def make(config: TrainingConfig) -> RemoteRun:
            run = runs.enter_context(running(launcher, Task(config, total_steps=config.epochs)))
            rest(run)
            return run

        yield make


def engine_of(run: RemoteRun) -> psutil.Process:
    return psutil.Process(run.process_id)


def wait_for_another_engine(run: RemoteRun, dead: int) -> None:
    wait_until(lambda: run.process_id != dead)


def test_what_its_engine_has_computed_is_what_the_system_counts_and_begins_anew_with_the_run(
    begin: Callable[[TrainingConfig], RemoteRun],
) -> None:
    run = begin(SPIRAL)
    first = run.cpu_seconds
    take(run, 12)
    whole = run.cpu_seconds
    times = engine_of(run).cpu_times()
    assert first is not None
    assert whole is not None
    assert 0 < first < whole <= times.user + times.system + 0.03  # which the system counts in hundredths, each
    run.restart([])
    rest(run)
    assert run.cpu_seconds is not None
    assert run.cpu_seconds < whole


def test_an_engine_takes_the_steps_of_a_trainer_in_this_process(begin: Callable[[TrainingConfig], RemoteRun]) -> None:
    config = TrainingConfig(optimizer="adam", batch_size=7, epochs=40)
    run = begin(config)
    run.play()
    rest(run)
    assert run.status is Status.FINISHED
    steps = steps_here(config, run.total_steps)
    np.testing.assert_array_equal(rows(run)["loss"], steps.loss)
    np.testing.assert_array_equal(rows(run)["update_1"], steps.update[:, 1])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_an_engine_that_dies_is_replaced_and_the_run_is_where_it_was_to_the_last_bit(
    begin: Callable[[TrainingConfig], RemoteRun], how: signal.Signals
) -> None:
    run = begin(SPIRAL)
    take(run, 7)
    run.set(learning_rate=0.05)
    take(run, 6)
    before, marks, process = rows(run), run.marks, engine_of(run)
    os.kill(process.pid, how)
    wait_until(lambda: run.returning_to == 13)
    rest(run)
    assert (run.step, run.marks, run.status) == (13, marks, Status.PAUSED)
    assert engine_of(run).pid != process.pid
    after = rows(run)
    assert after.keys() == before.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values)
    take(run, 1)
    assert run.step == 14


def test_the_way_back_of_a_scheduled_run_has_the_lengths_and_base_rates_that_were_asked_for(
    begin: Callable[[TrainingConfig], RemoteRun],
) -> None:
    run = begin(SPIRAL.replace(schedule="cosine"))
    run.set_total(40)
    take(run, 7)
    run.set(learning_rate=0.05)
    take(run, 3)
    run.set_total(12)
    take(run, 9)
    assert (run.step, run.status) == (12, Status.FINISHED)
    run.set_total(80)
    take(run, 6)
    before = rows(run)
    engine_of(run).kill()
    wait_until(lambda: run.returning_to == 18)
    rest(run)
    assert (run.step, run.total_steps, run.published.total_steps) == (18, 80, 80)
    for name, values in rows(run).items():
        np.testing.assert_array_equal(values, before[name])


def test_a_reset_between_two_engines_begins_with_the_settings_of_the_run(
    begin: Callable[[TrainingConfig], RemoteRun],
) -> None:
    config = TrainingConfig(epochs=30)
    run = begin(config)
    take(run, 5)
    run.set(learning_rate=0.05)
    take(run, 5)
    process = engine_of(run)
    process.kill()
    wait_until(lambda: run.returning_to == 10)
    run.restart(())
    take(run, 30)
    changed = config.replace(learning_rate=0.05)
    np.testing.assert_array_equal(rows(run)["loss"], steps_here(changed, 30).loss)


@pytest.mark.parametrize("program", ["xla", "graph"])
def test_the_next_engine_trains_by_the_same_kind_of_program(launcher: EngineLauncher, program: Program) -> None:
    """Which one is faster may be decided differently by then, and their dropouts draw other numbers."""
    with running(launcher, Task(SPIRAL, program=program, total_steps=10)) as run:
        for step in (2, 4):
            take(run, 2)
            assert (run.step, run.published.program) == (step, program)
            run._task = replace(run._task, program=None)  # from here on it is known by what was published
            process = engine_of(run)
            process.kill()
            wait_for_another_engine(run, process.pid)


@pytest.mark.parametrize("resets", [False, True])
def test_live_settings_from_before_the_first_step_hold_after_a_death(
    begin: Callable[[TrainingConfig], RemoteRun], resets: bool
) -> None:
    config = TrainingConfig(optimizer="momentum", epochs=30)
    run = begin(config)
    if resets:
        take(run, 5)
    run.set(momentum=0.5)
    if resets:
        take(run, 1)
        run.restart(())
    take(run, 10)
    engine_of(run).kill()
    wait_until(lambda: run.returning_to == 10)
    take(run, 20)
    changed = config.replace(momentum=0.5)
    np.testing.assert_array_equal(rows(run)["loss"], steps_here(changed, 30).loss)


def test_a_reset_does_not_wait_for_a_long_way_back(launcher: EngineLauncher) -> None:
    years = 10**13  # of steps, to an engine that makes a million a second
    run = RemoteRun(Task(TrainingConfig(), total_steps=years, until=years), launcher.connect, lambda: None)
    run.returning_to = years
    run.start()
    wait_until(lambda: run.process_id is not None)
    run.restart(())
    take(run, 3)
    assert (run.step, run.status, run.returning_to) == (3, Status.PAUSED, None)
    run.stop()
    assert run.join(WAIT_S)


def test_a_run_that_played_plays_on_after_its_engine_died(begin: Callable[[TrainingConfig], RemoteRun]) -> None:
    run = begin(TrainingConfig(epochs=1_000_000))
    run.set_pace(200.0)
    run.play()
    wait_until(lambda: observed_step(run) > 20)
    engine_of(run).kill()
    wait_until(lambda: run.returning_to is not None)
    returned = run.returning_to or 0
    wait_until(lambda: observed_step(run) > returned + 20)
    assert run.status is Status.PLAYING
    run.pause()
    rest(run)
    assert run.status is Status.PAUSED


def test_what_kills_every_engine_is_given_up_with_a_sentence(begin: Callable[[TrainingConfig], RemoteRun]) -> None:
    run = begin(TrainingConfig())
    for death in range(MOST_DEATHS):
        process = engine_of(run)
        process.kill()
        if death < MOST_DEATHS - 1:
            wait_for_another_engine(run, process.pid)
    rest(run)
    assert (run.status, run.error) == (Status.FAILED, DIES_AGAIN)


def test_a_stopped_run_ends_its_engine_also_while_it_compiles(launcher: EngineLauncher) -> None:
    with running(launcher, Task(TrainingConfig.suited_to("digits"))) as run:
        wait_until(lambda: run.process_id is not None)
        process = engine_of(run)
    wait_until_ended(process)
    assert run.status is Status.STOPPED


def test_a_config_that_cannot_be_trained_is_a_sentence_and_no_dead_engine(launcher: EngineLauncher) -> None:
    with running(launcher, Task(TrainingConfig.suited_to("csv"))) as run:
        rest(run)
        assert run.status is Status.FAILED
        assert run.error == "There is no table yet: upload a CSV file to train on it."


def test_a_process_that_has_its_runs_trained_elsewhere_loads_no_tensorflow() -> None:
    code = (
        "import sys\n"
        "from core.config.training_config import TrainingConfig\n"
        "from core.engines.launcher import EngineLauncher\n"
        "from core.remote.remote_run import RemoteRun\n"
        "from core.remote.task import Task\n"
        "run = RemoteRun(Task(TrainingConfig(epochs=5), total_steps=5), EngineLauncher().connect, lambda: None)\n"
        "run.start(); run.play(); run.wait(120)\n"
        "print(run.step, {'tensorflow', 'keras'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "5 set()\n"


def test_nothing_is_left_of_a_process_that_was_killed() -> None:
    code = (
        "import os, time\n"
        "from core.config.training_config import TrainingConfig\n"
        "from core.engines.launcher import EngineLauncher\n"
        "from core.remote.remote_run import RemoteRun\n"
        "from core.remote.task import Task\n"
        "task = Task(TrainingConfig(epochs=10**8), total_steps=10**8)\n"
        "run = RemoteRun(task, EngineLauncher().connect, lambda: None)\n"
        "run.start(); run.play()\n"
        "while run.step < 10: run.request_observation(); time.sleep(0.05)\n"
        "print(run.process_id, flush=True); time.sleep(600)\n"
    )
    with script(code) as owner:
        engine = psutil.Process(int(line_of(owner)))
        server, *engines = psutil.Process(owner.pid).children(recursive=True)
        assert (engine in engines, engine.parent()) == (True, server)
    wait_until_ended(server, *engines)


def observed_step(run: RemoteRun) -> int:
    """The step of the newest state; a run that plays publishes one only when somebody asks."""
    run.request_observation()
    return run.step


@pytest.fixture
def spoken_to() -> Iterator[tuple[RemoteRun, Connection]]:
    """A run that has handed its task over, and the other end of its conversation."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as engine:
        ours, theirs = Pipe()
        theirs.send(engine.pid)
        run = RemoteRun(Task(TrainingConfig()), lambda config: ours, lambda: None)
        run.start()
        assert isinstance(theirs.recv(), Task)
        yield run, theirs
        run.stop()
        theirs.close()
        assert run.join(WAIT_S)


def test_what_is_one_drag_is_told_by_the_time_at_the_page_however_late_an_engine_hears_of_it(
    spoken_to: tuple[RemoteRun, Connection],
) -> None:
    run, engine = spoken_to
    run.set(learning_rate=0.02)
    run.set(learning_rate=0.03)
    run.set(momentum=0.5)
    assert [engine.recv()[1:] for _command in range(3)] == [
        ("settings", ({"learning_rate": 0.02}, frozenset())),
        ("settings", ({"learning_rate": 0.03}, frozenset({"learning_rate"}))),
        ("settings", ({"momentum": 0.5}, frozenset())),
    ]


class Overtaken:
    """A lock in front of which the first thread is overtaken by another one, which does `what` from end to end."""

    def __init__(self, what: Callable[[], object]) -> None:
        self._lock, self._what = threading.Lock(), [what]

    def __enter__(self) -> None:
        if self._what:
            other = threading.Thread(target=self._what.pop())
            other.start()
            other.join(WAIT_S)
        self._lock.acquire()

    def __exit__(self, *of_an_error: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("name", ["request_observation", "fork"])
def test_a_command_that_another_thread_overtakes_still_comes_in_its_turn(
    spoken_to: tuple[RemoteRun, Connection], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run, engine = spoken_to
    monkeypatch.setattr(run._outbox, "_sending", Overtaken(getattr(run, name)))
    run.play()
    commands = [engine.recv() for _command in range(2)]
    assert commands[0] == (1, "ask", ({"playing": True},))
    assert [number for number, _name, _arguments in commands] == sorted(number for number, *_ in commands)


def test_a_question_that_is_under_way_leaves_the_run_up_to_date(begin: Callable[[TrainingConfig], RemoteRun]) -> None:
    run = begin(TrainingConfig())
    take(run, 5)
    engine = engine_of(run)
    engine.suspend()  # it answers later
    try:
        answer = run.request("rows")
        assert run.is_up_to_date
        assert run.wait(0)
    finally:
        engine.resume()
    assert len(answer()["loss"]) == 5
