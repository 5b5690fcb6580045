"""A fork server's process: started once, replaced when it has ended, and ended with who has started it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.forking.server_process import ForkServerProcess, with_packages
from tests.support.waiting import WAIT_S

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITS = "code"  # a module of Python's own that runs until its standard input is closed


@pytest.fixture
def server() -> Iterator[ForkServerProcess]:
    server = ForkServerProcess(WAITS, "socket", lambda folder: with_packages({"FOLDER": str(folder)}))
    yield server
    server.end()


def test_it_is_started_once_and_its_folder_is_its_owners_alone(server: ForkServerProcess) -> None:
    assert (server.address, server.pid, server.is_running()) == (None, None, False)
    address = server.start()
    first = server.pid
    assert (server.start(), server.pid, server.is_running()) == (address, first, True)
    folder = Path(address).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert psutil.Process(first).environ()["FOLDER"] == str(folder)
    assert os.getpgid(first or 0) == first  # an interrupt of this process' group does not reach it


def test_one_that_has_ended_is_replaced_at_another_address(server: ForkServerProcess) -> None:
    address, first = server.start(), psutil.Process(server.pid)
    first.kill()
    first.wait(WAIT_S)
    assert not server.is_running()
    assert server.start() != address
    assert server.pid != first.pid
    assert server.is_running()


def test_it_ends_when_it_is_told_to(server: ForkServerProcess) -> None:
    server.start()
    process = psutil.Process(server.pid)
    server.end()
    assert not process.is_running()


def test_it_ends_with_the_process_that_started_it_however_that_ends() -> None:
    code = (
        "import os, signal\n"
        "from core.forking.server_process import ForkServerProcess, with_packages\n"
        f"server = ForkServerProcess({WAITS!r}, 'socket', lambda folder: with_packages({{}}))\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "input()\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=with_packages({})
    )
    assert owner.stdout is not None
    process = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.communicate()
    _gone, alive = psutil.wait_procs([process], WAIT_S)
    assert alive == []
