"""Fork servers: one a process or one for many, and another where one has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from core.engines import launcher as launcher_module
from core.engines.launcher import EngineLauncher
from core.engines.starts import SPARES
from core.forking import server_process
from tests.support.processes import wait_until_ended

if TYPE_CHECKING:
    from pathlib import Path

START = subprocess.Popen


@pytest.fixture(autouse=True)
def light_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork servers that import nothing but what they are made of, and have no spares."""
    code = "import sys; from core.engines import fork_server as f; f.PRELOADED = (); f.main(sys.argv[1])"
    monkeypatch.setenv(SPARES, "0")

    def popen(command: list[str], **settings: Any) -> subprocess.Popen[bytes]:
        return START([sys.executable, "-c", code, command[-1]], **settings)

    monkeypatch.setattr(server_process.subprocess, "Popen", popen)


def test_each_connection_is_to_a_process_of_its_own_and_all_are_children_of_one() -> None:
    launcher = EngineLauncher()
    connections = [launcher.connect() for _ in range(2)]
    engines = [psutil.Process(connection.recv()) for connection in connections]
    assert engines[0].pid != engines[1].pid
    assert engines[0].ppid() == engines[1].ppid() != psutil.Process().pid
    for connection in connections:
        connection.close()
    wait_until_ended(*engines)
    launcher.close()


def test_an_interrupt_of_the_notebooks_process_group_does_not_reach_the_fork_server() -> None:
    launcher = EngineLauncher()
    connection = launcher.connect()
    server = psutil.Process(psutil.Process(connection.recv()).ppid())
    assert os.getpgid(server.pid) == server.pid != os.getpgid(0)
    launcher.close()
    wait_until_ended(server)


def test_two_launchers_may_share_a_fork_server() -> None:
    owner = EngineLauncher()
    other = EngineLauncher(owner.start())
    first, second = owner.connect(), other.connect()
    assert psutil.Process(first.recv()).ppid() == psutil.Process(second.recv()).ppid()
    owner.close()


def test_a_fork_server_that_was_killed_is_replaced() -> None:
    launcher = EngineLauncher()
    connection = launcher.connect()
    server = psutil.Process(psutil.Process(connection.recv()).ppid())
    server.kill()
    wait_until_ended(server)
    again = launcher.connect()
    assert psutil.Process(again.recv()).ppid() != server.pid
    launcher.close()


def test_a_shared_fork_server_that_is_gone_is_replaced_by_one_of_its_own(tmp_path: Path) -> None:
    launcher = EngineLauncher(str(tmp_path / "gone" / "engines"))
    connection = launcher.connect()
    assert psutil.Process(psutil.Process(connection.recv()).ppid()).ppid() == psutil.Process().pid
    launcher.close()


def test_a_fork_server_that_never_starts_is_an_error_and_not_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def popen(command: list[str], **settings: Any) -> subprocess.Popen[bytes]:
        started.append(command)
        return START([sys.executable, "-c", "raise SystemExit(1)"], **settings)

    monkeypatch.setattr(server_process.subprocess, "Popen", popen)
    launcher = EngineLauncher()
    with pytest.raises(ConnectionError):
        launcher.connect()
    launcher.close()
    assert 1 < len(started) <= launcher_module.MOST_SERVERS + 1
