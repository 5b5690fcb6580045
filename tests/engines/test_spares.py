"""Spare engines: who comes is served by one that stands ready, with the same numbers, and none is left over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines import spares as spares_module
from core.engines.spares import ENGINE, MOST_FAILURES, READY, SPARE, Spares, wait_for_peer
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.status import Status
from tests.support.engine_runs import played, rest, rows, running, session_of, steps_here
from tests.support.waiting import WAIT_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher

ROOT = Path(__file__).resolve().parents[2]
SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=4, examples=200, dropout=0.2)


@pytest.fixture
def spares() -> Iterator[Spares]:
    spares = Spares(2)
    yield spares
    spares.close()


@pytest.fixture
def peers() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def added(spares: Spares) -> socket.socket:
    """A spare's end of a new pair."""
    ours, theirs = socket.socketpair()
    spares.add(ours)
    return theirs


def ready(spares: Spares) -> socket.socket:
    control = added(spares)
    control.send(READY)
    spares.hear(spares.sockets[-1:])
    return control


def test_the_connection_goes_to_a_spare_that_is_ready_and_to_no_other(
    spares: Spares, peers: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = peers
    with added(spares) as busy:
        assert not spares.hand_over(theirs)
        with ready(spares) as control:
            assert spares.hand_over(theirs)
            _word, (descriptor,), _flags, _address = socket.recv_fds(control, 1, 1)
            with socket.socket(fileno=descriptor) as got:
                got.send(b"hello")
            assert ours.recv(5) == b"hello"
        busy.send(READY)
        spares.hear(spares.sockets)
        assert spares.hand_over(theirs)


def test_a_spare_that_has_ended_is_passed_over(spares: Spares, peers: tuple[socket.socket, socket.socket]) -> None:
    ready(spares).close()
    assert not spares.hand_over(peers[1])
    assert spares.sockets == []


def test_one_gets_ready_at_a_time_until_there_are_enough(spares: Spares) -> None:
    assert spares.seconds_until_due() == 0
    with added(spares) as first:
        assert spares.seconds_until_due() is None
        first.send(READY)
        spares.hear(spares.sockets)
        assert spares.seconds_until_due() == 0
        with ready(spares):
            assert spares.seconds_until_due() is None


def test_nobody_s_engine_shares_the_machine_with_the_next_spare_for_a_while(
    spares: Spares, peers: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spares_module.time, "monotonic", lambda: 50.0)
    assert not spares.hand_over(peers[1])
    assert spares.seconds_until_due() == spares_module.QUIET_S


def test_spares_that_never_get_ready_are_given_up(spares: Spares) -> None:
    for _ in range(MOST_FAILURES):
        assert spares.seconds_until_due() == 0
        added(spares).close()
        spares.hear(spares.sockets)
    assert spares.seconds_until_due() is None


def test_a_spare_ends_with_its_server(spares: Spares) -> None:
    control = added(spares)
    spares.close()
    with pytest.raises(OSError, match="Broken pipe"):
        wait_for_peer(control)


def wait_for_spare(launcher: EngineLauncher) -> None:
    (server,) = [child for child in psutil.Process().children() if launcher.start() in child.cmdline()]
    wait_until(lambda: SPARE in [child.name() for child in server.children()])


def test_a_run_in_a_spare_is_that_of_a_trainer_in_this_process_to_the_last_bit(launcher: EngineLauncher) -> None:
    wait_for_spare(launcher)
    asked = time.time()
    config = TrainingConfig(epochs=60)
    with running(launcher, Task(config, total_steps=60)) as run:
        run.play()
        rest(run)
        engine = psutil.Process(run.process_id)
        assert engine.create_time() < asked
        assert engine.name() == ENGINE
        steps = steps_here(config, 60)
        np.testing.assert_array_equal(rows(run)["loss"], steps.loss)
        np.testing.assert_array_equal(rows(run)["parameter_1"], steps.parameters[:, 1])


@pytest.mark.parametrize("number", range(5))
def test_a_spare_says_nothing_before_it_does_what_its_task_asks_for(launcher: EngineLauncher, number: int) -> None:
    wait_for_spare(launcher)
    with launcher.connect() as connection:
        connection.recv()  # its process
        connection.send(Task(TrainingConfig(epochs=50, seed=number), total_steps=50, playing=True))
        first = connection.recv()
        assert first.playing or first.status is Status.FINISHED


def test_another_model_in_a_spare_is_that_of_this_process_to_the_last_bit(launcher: EngineLauncher) -> None:
    wait_for_spare(launcher)
    asked = time.time()
    there, here = (played(session_of(SPIRAL, connect=place)) for place in (launcher.connect, None))
    assert isinstance(there.run, RemoteRun)
    assert psutil.Process(there.run.process_id).create_time() < asked
    np.testing.assert_array_equal(there.history["loss"], here.history["loss"])
    assert there.run.record is not None
    assert here.run.record is not None
    assert there.run.record.layer_names == here.run.record.layer_names
    for session in (there, here):
        session.close()


def test_nothing_stands_ready_for_a_process_that_was_killed() -> None:
    code = (
        "import time\n"
        "from core.engines.launcher import EngineLauncher\n"
        "launcher = EngineLauncher()\n"
        "launcher.connect().recv()\n"
        "print(flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        (server,) = psutil.Process(owner.pid).children()
        wait_until(lambda: SPARE in [child.name() for child in server.children()], WAIT_S)
        family = [server, *server.children()]
        os.kill(owner.pid, 9)
    wait_until(lambda: not any(process.is_running() for process in family))
