"""Threads that are asked to end, and waited for, when a program ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from core import background_thread
from core.background_thread import BackgroundThread
from tests.support.browser import ROOT

if TYPE_CHECKING:
    import pytest

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait

IN_A_SCRIPT = """
import threading
from core.background_thread import BackgroundThread, hurry_at_exit
ended = threading.Event()

def work():
    {work}
    print("done", flush=True)

BackgroundThread(work, "worker", end=ended.set).start()
{more}
"""


def script(work: str, more: str = "") -> tuple[int, str, str]:
    code = IN_A_SCRIPT.format(work=work, more=more)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    return run.returncode, run.stdout, run.stderr


def test_a_thread_is_asked_to_end_and_waited_for() -> None:
    assert script("ended.wait()") == (0, "done\n", "")


def test_a_thread_that_others_start_while_the_program_ends_is_not_started() -> None:
    begin = 'ended.wait(); BackgroundThread(lambda: print("another"), "late").start()'
    assert script(begin) == (0, "done\n", "")


def test_a_thread_that_does_not_end_holds_up_a_kernel_for_a_moment_only() -> None:
    code, said, faults = script("threading.Event().wait()", "hurry_at_exit()")
    assert (code, said, faults) == (0, "", "")


def test_the_wait_is_bounded_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_thread, "_patience", 0.05)
    monkeypatch.setattr(background_thread, "_exiting", threading.Event())
    asked, go = threading.Event(), threading.Event()

    def wait() -> None:
        assert go.wait(PATIENCE)

    thread = BackgroundThread(wait, "stubborn", end=asked.set)
    thread.start()
    background_thread._end_all()
    assert asked.is_set()
    assert thread.is_alive()
    go.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_thread_that_was_never_started_can_be_joined() -> None:
    BackgroundThread(lambda: None, "idle").join()
