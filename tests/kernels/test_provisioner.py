"""Kernels of this Python are forked; others, and all where no fork can be had, are started as Jupyter does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from traitlets import Any as AnyTrait
from traitlets.config import Configurable

from tests.support.coroutines import outcome_of
from widgets.kernels.forked_process import ForkedProcess
from widgets.kernels.provisioner import OF_PYTHON, ForkProvisioner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from widgets.kernels.fork_request import ForkRequest

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@dataclass
class Forks:
    """Forks that are no kernels but sleep; none at all where `fail`."""

    fail: bool = False
    requests: list[ForkRequest] = field(default_factory=list)
    asleep: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def fork(self, request: ForkRequest) -> ForkedProcess:
        if self.fail:
            raise ConnectionError("no kernel was forked")
        self.requests.append(request)
        self.asleep.append(subprocess.Popen(SLEEP, start_new_session=True))
        return ForkedProcess(self.asleep[-1].pid, os.pidfd_open(self.asleep[-1].pid))


class Kernels(Configurable):
    forks = AnyTrait()


@pytest.fixture
def forks() -> Iterator[Forks]:
    forks = Forks()
    yield forks
    for process in forks.asleep:
        process.kill()
        process.wait()


def launched(forks: Forks | None, command: list[str], folder: Path) -> ForkProvisioner:
    manager = AsyncKernelManager(parent=Kernels(forks=forks), connection_file=str(folder / "kernel.json"))
    provisioner = ForkProvisioner(parent=manager, kernel_spec=manager.kernel_spec, kernel_id="0")
    outcome_of(provisioner.launch_kernel(command, env={"SWORDFISH": "blue"}, cwd=str(folder)))
    return provisioner


def end(provisioner: ForkProvisioner) -> None:
    async def kill_and_wait() -> None:
        await provisioner.kill()
        await provisioner.wait()

    outcome_of(kill_and_wait())


def test_a_kernel_of_this_python_is_forked_with_its_arguments_environment_and_folder(
    forks: Forks, tmp_path: Path
) -> None:
    provisioner = launched(forks, [*OF_PYTHON, "-f", "kernel.json"], tmp_path)
    (request,) = forks.requests
    assert (request.arguments, request.environment) == (["-f", "kernel.json"], {"SWORDFISH": "blue"})
    assert request.folder == str(tmp_path)
    assert provisioner.pid == provisioner.pgid == forks.asleep[0].pid
    assert outcome_of(provisioner.poll()) is None
    end(provisioner)
    assert forks.asleep[0].wait() == -signal.SIGKILL
    assert not provisioner.has_process


@pytest.mark.parametrize(
    ("forks", "command"),
    [(Forks(), SLEEP), (Forks(fail=True), [*OF_PYTHON, "--version"]), (None, [*OF_PYTHON, "--version"])],
    ids=["another program", "no fork to be had", "nobody who forks"],
)
def test_all_else_is_started_as_jupyter_does(forks: Forks | None, command: list[str], tmp_path: Path) -> None:
    provisioner = launched(forks, command, tmp_path)
    process: Any = provisioner.process
    assert isinstance(process, subprocess.Popen)
    assert process.args == command
    end(provisioner)


def test_a_group_that_has_the_number_of_an_ended_kernel_gets_no_signal(
    forks: Forks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisioner = launched(forks, [*OF_PYTHON], tmp_path)
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "killpg", lambda group, signum: sent.append((group, signum)))
    outcome_of(provisioner.send_signal(signal.SIGINT))
    assert sent == [(provisioner.pid, signal.SIGINT)]
    forks.asleep[0].kill()
    forks.asleep[0].wait()
    outcome_of(provisioner.send_signal(signal.SIGINT))
    assert len(sent) == 1
