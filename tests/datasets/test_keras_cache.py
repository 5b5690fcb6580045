"""Keras's folder is shared by all kernels of a machine: two processes take turns."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from core.datasets import keras_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 30  # more than any of these takes
HOLDER = """
import sys
from core.datasets import keras_cache
with keras_cache.turn(sys.argv[1]):
    print("inside", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of the test in place of Keras's own."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "datasets"


@contextmanager
def another_process_inside(name: str) -> Iterator[subprocess.Popen]:
    """Another process whose turn it is, until it reads a line."""
    command = [sys.executable, "-c", HOLDER, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        try:
            yield process
        finally:
            process.kill()


def enter(name: str) -> None:
    with keras_cache.turn(name):
        pass


def test_who_comes_second_waits_until_the_other_process_is_done() -> None:
    with ThreadPoolExecutor(1) as pool, another_process_inside("Clothes") as other:
        waiting = pool.submit(enter, "Clothes")
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        other.communicate("done\n", SECONDS)
        waiting.result(SECONDS)


def test_a_process_that_is_killed_holds_nobody_up() -> None:
    with ThreadPoolExecutor(1) as pool, another_process_inside("Clothes") as other:
        waiting = pool.submit(enter, "Clothes")
        other.kill()
        waiting.result(SECONDS)


def test_another_set_has_a_turn_of_its_own() -> None:
    with ThreadPoolExecutor(1) as pool, another_process_inside("Clothes"):
        pool.submit(enter, "Reviews").result(SECONDS)


def test_two_threads_take_turns_as_two_processes_do() -> None:
    with ThreadPoolExecutor(1) as pool:
        with keras_cache.turn("Clothes"):
            waiting = pool.submit(enter, "Clothes")
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        waiting.result(SECONDS)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_another_user_of_the_machine_may_take_a_turn_too(cache: Path) -> None:
    enter("Clothes")
    assert (cache / ".Clothes.lock").stat().st_mode & 0o777 == 0o666


def test_the_share_of_a_set_that_is_there_is_that_of_its_bytes(cache: Path) -> None:
    cache.mkdir()
    (cache / "a").write_bytes(bytes(30))
    (cache / "b").write_bytes(bytes(200))  # longer than it should be counts as whole
    assert keras_cache.share_there({"a": 60, "b": 100, "c": 40}) == pytest.approx(130 / 200)
    keras_cache.remove_cut_off({"a": 60, "b": 100, "c": 40})
    assert sorted(path.name for path in cache.iterdir()) == ["b"]
