"""Spare engines: who comes is served by one that stands ready, with the same numbers, and none is left over."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines import spares as spares_module
from core.engines.fork_server import ForkServer
from core.engines.preparation import Preparation
from core.engines.prepared_trainer import PreparedTrainer
from core.engines.spares import ENGINE, MOST_FAILURES, READY, SPARE, Spares, class_size, wait_for_peer
from core.engines.starts import MODELS, key_of
from core.engines.wish import ANYTHING, say_wish, wish_of
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.run_requests import RunRequests
from core.runs.status import Status
from tests.support.engine_runs import played, rest, rows, running, session_of, steps_here
from tests.support.processes import line_of, names_of_children, script, wait_until_ended
from tests.support.waiting import WAIT_S, wait_until
from widgets.scenes.config_change import with_changes

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


def test_who_wants_a_model_gets_the_spare_that_is_ready_for_it_and_nobody_else_does(
    peers: tuple[socket.socket, socket.socket],
) -> None:
    groups = [Spares(1), *(Spares(1, start) for start in MODELS)]
    of_class = Spares(1)
    controls = [ready(spares) for spares in (*groups, of_class)]
    server = ForkServer(peers[0], groups, of_class)
    assert server._hand_over(peers[1], key_of(MODELS[1].replace(epochs=7)))
    assert [len(spares.sockets) for spares in groups] == [1, 1, 0]
    assert server._hand_over(peers[1], key_of(MODELS[0].replace(seed=7)))  # prepared by nobody
    assert [len(spares.sockets) for spares in (*groups, of_class)] == [0, 1, 0, 1]
    assert server._hand_over(peers[1], ANYTHING)  # the class's come last
    assert [len(spares.sockets) for spares in (*groups, of_class)] == [0, 1, 0, 0]
    assert not server._hand_over(peers[1], ANYTHING)
    for spares, control in zip((*groups, of_class), controls, strict=True):
        spares.close()
        control.close()


@pytest.mark.parametrize(("load", "forked"), [(0.49, 1), (0.51, 0)])
def test_spares_for_a_class_are_made_while_the_machine_rests(
    peers: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, load: float, forked: int
) -> None:
    monkeypatch.setattr("psutil.cpu_percent", lambda: 100 * load)
    monkeypatch.setattr("os.fork", lambda: 4711)
    of_class = Spares(1, quiet_s=60.0, most_load=0.5)
    ForkServer(peers[0], [Spares(0)], of_class)._fork_spare(1)
    assert len(of_class.sockets) == forked
    assert (of_class.seconds_until_due() is None) == bool(forked)  # else it is put off
    of_class.close()


def test_of_several_kinds_that_are_due_at_once_none_is_made_while_the_cores_are_busy(
    peers: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter([100.0, 0.0])  # a second question at once is of no time at all
    monkeypatch.setattr("psutil.cpu_percent", lambda: next(measured))
    monkeypatch.setattr("os.fork", lambda: 4711)
    models = [Spares(1, start, quiet_s=60.0, most_load=0.9) for start in MODELS]
    server = ForkServer(peers[0], [Spares(0), *models], Spares(0))
    for kind in range(len(models)):
        server._fork_spare(1 + kind)
    assert [len(spares.sockets) for spares in models] == [0, 0]


@pytest.mark.parametrize(("gigabytes", "size"), [(0.5, 2), (2.5, 2), (6, 5), (12, 10), (19.3, 16), (256, 16)])
def test_spares_for_a_class_take_a_twentieth_of_the_free_memory_and_are_sixteen_at_most(
    gigabytes: float, size: int
) -> None:
    assert class_size(gigabytes * 1e9) == size


def test_the_models_that_are_prepared_are_those_that_the_menus_choose() -> None:
    text = with_changes(TrainingConfig(), {"problem": "python_help"})
    chosen = [with_changes(TrainingConfig(), {"problem": "digits"}), with_changes(text, {"family": "decoder"})]
    assert [key_of(config) for config in chosen] == [key_of(config) for config in MODELS]


def test_who_connects_says_what_is_wanted(peers: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = peers
    say_wish(theirs, MODELS[0])
    theirs.send(b"more")
    assert (wish_of(ours), ours.recv(4)) == (key_of(MODELS[0]), b"more")
    assert ours.gettimeout() is None
    say_wish(theirs, None)
    assert wish_of(ours) == ANYTHING
    theirs.close()
    with pytest.raises(ConnectionError):
        wish_of(ours)


def test_a_model_that_was_prepared_trains_as_one_that_was_not_to_the_last_bit() -> None:
    digits = MODELS[0].replace(epochs=3)
    prepared = PreparedTrainer.of(MODELS[0])
    made = [Preparation(Task(digits), RunRequests(1, None), lambda: None, trainer) for trainer in (prepared, None)]
    trainers = [each.build() for each in made]
    assert trainers[0] is prepared.trainer
    assert made[0].facts is not None
    assert made[0]._requests.total_steps == made[1]._requests.total_steps
    steps = [trainer.advance(30) for trainer in trainers]
    np.testing.assert_array_equal(steps[0].loss, steps[1].loss)
    assert steps[0].layer_norms is not None
    np.testing.assert_array_equal(steps[0].layer_norms, steps[1].layer_norms)


@pytest.mark.parametrize(
    ("task", "fits"),
    [
        (Task(TrainingConfig(epochs=7)), True),
        (Task(TrainingConfig(seed=7)), False),
        (Task(TrainingConfig(), program="graph"), False),
    ],
)
def test_a_prepared_trainer_serves_the_task_it_was_made_for(task: Task, fits: bool) -> None:
    assert PreparedTrainer.of(TrainingConfig()).fits(task) is fits


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
    launcher.start()
    assert launcher._server.pid is not None
    server = psutil.Process(launcher._server.pid)
    wait_until(lambda: SPARE in names_of_children(server))


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
    with script(code) as owner:
        line_of(owner)
        (server,) = psutil.Process(owner.pid).children()
        wait_until(lambda: SPARE in names_of_children(server), WAIT_S)
        family = [server, *server.children()]
    wait_until_ended(*family)
