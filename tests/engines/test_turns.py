"""Runs at full speed take turns on the cores: each has its share, and who is gone is waited for by nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines import turns as turns_module
from core.engines.launcher import EngineLauncher
from core.engines.turns import ROUND_S, ROW, SHORTEST_S, Turns, seconds_left
from core.notices.notice import Notice
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from tests.support.waiting import WAIT_S, wait_until
from widgets.scenes.training_place import TrainingPlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HURRIES, AT_A_PACE = (1, 0.0), (0, 0.9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "turns"


@pytest.mark.parametrize(("count", "at_once"), list(product((2, 3, 4, 5, 16), (1, 2, 3))))
def test_each_has_the_same_share_and_no_more_go_than_may(count: int, at_once: int) -> None:
    times = np.random.default_rng(0).uniform(0.0, 60.0, 12_000)  # a grid would meet some slices more often
    goes = np.array([[seconds_left(place, count, at_once, now) == 0 for place in range(count)] for now in times])
    expected = min(count, at_once)
    np.testing.assert_array_equal(goes.sum(axis=1), expected)
    np.testing.assert_allclose(goes.mean(axis=0), expected / count, atol=0.015)


@pytest.mark.parametrize(("count", "at_once"), [(3, 2), (4, 2), (16, 2), (7, 3)])
def test_whoever_waits_as_long_as_is_said_has_a_turn_then_and_not_before(count: int, at_once: int) -> None:
    for now in np.arange(100.0, 104.0, 0.037):
        for place in range(count):
            wait = seconds_left(place, count, at_once, float(now))
            assert seconds_left(place, count, at_once, float(now) + wait + 1e-6) == 0
            assert not wait or seconds_left(place, count, at_once, float(now) + wait - 1e-3) > 0


def test_a_slice_is_short_where_many_share() -> None:
    def longest_wait(count: int) -> float:
        return max(seconds_left(0, count, 2, now) for now in np.arange(0.0, 8.0, 0.01))

    assert longest_wait(4) == pytest.approx(ROUND_S / 2, abs=0.011)
    assert longest_wait(16) < ROUND_S
    assert longest_wait(200) == pytest.approx(99 * SHORTEST_S, abs=0.011)


def add(path: Path, row: int, process: int, of: tuple[int, float]) -> None:
    """Writes a row as another engine would."""
    with path.open("r+b") as file:
        file.seek(row * ROW.itemsize)
        file.write(np.array([(process, *of)], ROW).tobytes())


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_runs_share_only_where_they_are_more_than_the_cores(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "_cores", lambda: 2)
    monkeypatch.setattr(turns_module, "LOOK_S", 0.0)
    turns = Turns(path)
    assert (turns.seconds_left(None), turns.sharing) == (0.0, 0)
    add(path, 1, os.getppid(), HURRIES)
    assert (turns.seconds_left(None), turns.sharing) == (0.0, 0)
    add(path, 2, os.getppid(), HURRIES)
    turns.seconds_left(None)
    assert turns.sharing == 3
    add(path, 2, dead_process(), HURRIES)
    assert (turns.seconds_left(None), turns.sharing) == (0.0, 0)


def test_a_run_at_a_pace_waits_for_nobody_and_takes_its_part_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "_cores", lambda: 2)
    monkeypatch.setattr(turns_module, "LOOK_S", 0.0)
    turns = Turns(path)
    for row in (1, 2, 3):
        add(path, row, os.getppid(), HURRIES)
    assert (turns.seconds_left(20.0), turns.sharing) == (0.0, 0)
    for row in (2, 3):
        add(path, row, 0, (0, 0.0))
    assert (turns.seconds_left(None), turns.sharing) == (0.0, 0)
    add(path, 2, os.getppid(), AT_A_PACE)  # now one core is left for two
    turns.seconds_left(None)
    assert turns.sharing == 2
    turns.rest()
    assert turns.sharing == 0


def test_an_engine_that_gets_ready_takes_its_part_first_until_it_rests(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "_cores", lambda: 2)
    monkeypatch.setattr(turns_module, "LOOK_S", 0.0)
    turns = Turns(path)
    add(path, 1, os.getppid(), HURRIES)
    newcomer = Turns(path)
    turns.seconds_left(None)
    assert turns.sharing == 2
    newcomer.rest()
    assert (turns.seconds_left(None), turns.sharing) == (0.0, 0)


def test_a_row_of_a_process_that_is_gone_is_taken_and_one_of_a_living_is_not(path: Path) -> None:
    Turns(path)
    add(path, 1, os.getppid(), HURRIES)
    add(path, 2, dead_process(), HURRIES)
    Turns(path)
    rows = np.frombuffer(path.read_bytes(), ROW)
    assert rows["process"][:4].tolist() == [os.getpid(), os.getppid(), os.getpid(), 0]


@pytest.fixture
def launcher_on_one_core() -> Iterator[EngineLauncher]:
    launcher = EngineLauncher()
    launcher.start()
    assert launcher._server.pid is not None
    server = psutil.Process(launcher._server.pid)
    server.cpu_affinity(server.cpu_affinity()[:1])
    yield launcher
    launcher.close()


def test_three_engines_on_one_core_say_so_and_go_back_to_two_when_one_ends(
    launcher_on_one_core: EngineLauncher,
) -> None:
    task = Task(TrainingConfig(epochs=10**9), total_steps=10**9)
    runs = [RemoteRun(task, launcher_on_one_core.connect, lambda: None) for _run in range(3)]

    def share() -> list[int]:
        for run in runs:
            run.request_observation()
        return [run.sharing for run in runs]

    for run in runs:
        run.start()
        run.play()
    wait_until(lambda: share() == [3, 3, 3])
    said = TrainingPlace().said(Notice("info", "", "Not converged yet."), runs[0]).sentence
    assert said == "Not converged yet. 3 train here in turns: you have 1/3 of the machine."
    before = [run.step for run in runs]
    wait_until(lambda: bool(share()) and all(run.step > step for run, step in zip(runs, before, strict=True)))
    runs[2].stop()
    assert runs[2].join(WAIT_S)
    wait_until(lambda: share()[:2] == [2, 2])
    runs[1].set_pace(20.0)
    wait_until(lambda: share()[:2] == [0, 0])
    for run in runs:
        run.stop()
        assert run.join(WAIT_S)
