"""An engine that needs too much memory ends with a sentence, once, and takes nothing along."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines import memory_watch
from core.engines.launcher import EngineLauncher
from core.engines.memory_watch import LIMIT, MemoryWatch, limit_bytes
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

WAIT_S = 120.0
OUTSIZED = TrainingConfig.suited_to("digits").replace(family="mlp", size=10_000_000, width=None, depth=None)
SENTENCE = (
    "Training needs more memory than the 0.3 GiB that a model may have here: choose a smaller model or a smaller batch."
)


@pytest.fixture
def launcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineLauncher]:
    monkeypatch.setenv(LIMIT, "300")
    launcher = EngineLauncher()
    yield launcher
    launcher.close()


def test_an_outsized_model_is_a_sentence_after_one_try_and_a_small_one_trains(launcher: EngineLauncher) -> None:
    tries = []

    def connect(_config: TrainingConfig) -> Connection:
        tries.append(1)
        return launcher.connect()

    run = RemoteRun(Task(OUTSIZED, total_steps=10**6), connect, lambda: None)
    run.start()
    run.play()
    assert run.wait(WAIT_S)
    assert (run.status, run.error) == (Status.FAILED, SENTENCE)
    assert run.join(WAIT_S)
    assert len(tries) == 1
    assert not psutil.pid_exists(run.process_id or 0)
    small = RemoteRun(Task(TrainingConfig(epochs=50), total_steps=50), launcher.connect, lambda: None)
    small.start()
    small.play()
    assert small.wait(WAIT_S)
    assert small.status is Status.FINISHED
    small.stop()
    assert small.join(WAIT_S)


def test_what_is_written_is_held_and_what_is_freed_is_not() -> None:
    watch = MemoryWatch(lambda sentence: None)
    before = watch.held()
    block = np.ones(10_000_000)
    assert watch.held() - before == pytest.approx(block.nbytes, rel=0.1)
    del block
    assert watch.held() - before < 10_000_000


def test_the_sentence_comes_when_the_limit_is_passed() -> None:
    said, sentences = threading.Event(), []

    def note(sentence: str) -> None:
        sentences.append(sentence)
        said.set()

    watch = MemoryWatch(note, limit=200_000_000)
    threading.Thread(target=watch._look, daemon=True).start()
    assert not said.wait(3 * memory_watch.PERIOD_S)
    block = np.ones(40_000_000)
    assert said.wait(10)
    assert sentences == [SENTENCE.replace("0.3", "0.2")]
    del block


def test_an_engine_may_hold_half_of_the_machine_or_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_watch, "total_bytes", lambda: 8_000_000_000)
    monkeypatch.delenv(LIMIT, raising=False)
    assert limit_bytes() == 4_000_000_000
    monkeypatch.setenv(LIMIT, "750")
    assert limit_bytes() == 750_000_000
