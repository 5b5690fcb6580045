"""Engines that are started anew, as on systems that cannot fork: the same runs, and the same returns from death."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines import launcher, spawning
from core.engines.spawning import EngineSpawner
from core.remote.remote_run import CANNOT_START, RemoteRun
from core.remote.task import Task
from core.runs.status import Status
from core.training.build import build_objective, build_trainer
from core.user_models.making import user_model_of
from tests.support.waiting import WAIT_S, wait_until
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def spawner() -> Iterator[EngineSpawner]:
    spawner = EngineSpawner()
    yield spawner
    spawner.close()


def test_a_run_takes_the_steps_of_a_trainer_and_survives_the_death_of_its_engine(spawner: EngineSpawner) -> None:
    config = TrainingConfig(optimizer="adam", batch_size=7, epochs=40)
    run = RemoteRun(Task(config, total_steps=40), spawner.connect, lambda: None)
    run.start()
    run.take_steps(25)
    assert run.wait(WAIT_S)
    first = run.process_id
    assert first is not None
    assert psutil.Process(first).ppid() == os.getpid()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: run.returning_to == 25)
    assert run.wait(WAIT_S)
    assert run.process_id != first
    run.play()
    assert run.wait(WAIT_S)
    assert run.status is Status.FINISHED
    assert run.history is not None
    expected = build_trainer(config, build_objective(config)).advance(40)
    np.testing.assert_array_equal(run.history.rows()["loss"], expected.loss)
    run.stop()
    assert run.join(WAIT_S)
    wait_until(lambda: not psutil.pid_exists(run.process_id or 0))


def test_a_model_of_ones_own_travels_there(spawner: EngineSpawner) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")
    config = TrainingConfig(problem="csv", epochs=2, batch_size=8)
    histories = []
    for connect in (None, spawner.connect):
        own = user_model_of(model, (x, x[:, 0]))
        session = Session(config, lambda urgent=False: None, own=own, connect=connect)
        session.play()
        assert session.wait(WAIT_S)
        histories.append(session.history["loss"])
        session.close()
        model.set_weights(own.state)
    np.testing.assert_array_equal(histories[1], histories[0])


def test_a_stranger_at_the_port_is_turned_away(spawner: EngineSpawner, monkeypatch: pytest.MonkeyPatch) -> None:
    start, knocks = spawner._start, []

    def knock(port: int, key: bytes) -> Any:
        peer = socket.create_connection((spawning.HOST, port))
        peer.sendall(b"\x00\x00\x00\x20" + bytes(spawning.KEY_BYTES))  # a message of the right length
        knocks.append(peer)
        return start(port, key)

    monkeypatch.setattr(spawner, "_start", knock)
    connection = spawner.connect()
    assert psutil.Process(connection.recv()).ppid() == os.getpid()
    assert knocks[0].recv(1) == b""
    knocks[0].close()
    connection.close()


def test_an_engine_that_cannot_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EngineSpawner()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    run = RemoteRun(Task(TrainingConfig(), total_steps=5), broken.connect, lambda: None)
    run.start()
    assert run.wait(WAIT_S)
    assert (run.status, run.error) == (Status.FAILED, CANNOT_START)
    run.stop()
    broken.close()


def test_the_page_takes_engines_of_the_kind_its_system_has(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    monkeypatch.setattr(launcher.launcher, "start", started.set)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert launcher.engines() == spawning.spawner.connect
    assert not started.is_set()
    monkeypatch.setattr(sys, "platform", "linux")
    assert launcher.engines() == launcher.launcher.connect
    assert started.is_set()
