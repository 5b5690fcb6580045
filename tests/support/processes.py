"""Processes that a test starts, and those that it waits for to end."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.support.waiting import WAIT_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def script(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `code` in the project's folder; killed at the end, however the test ends."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line that a script prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def names_of_children(process: psutil.Process) -> list[str]:
    """The names of the processes that `process` has started; one that ends meanwhile is left out."""
    names = []
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            names.append(child.name())
    return names


def has_ended(process: psutil.Process) -> bool:
    """True for one that is gone and for one whose parent has not yet taken note, which psutil calls running."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until_ended(*processes: psutil.Process) -> None:
    """Waits for all of `processes` to end; fails the test if one does not."""
    wait_until(lambda: all(map(has_ended, processes)), WAIT_S)
