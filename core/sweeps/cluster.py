"""Trials on the workers of a Dask cluster, each of which trains in an engine process of its own machine.

A worker that is lost costs its trial a second try, on another one: the scheduler hands it out again.
"""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import CancelledError
from functools import cache
from typing import TYPE_CHECKING, Any

from core.engines.launcher import engines
from core.engines.pool import TrainingError
from core.field import ConfigError
from core.language import _
from core.remote.reused_engine import ReusedEngine
from core.runs.recorded_columns import RecordedColumns
from core.runs.status import Status
from core.sweeps.workers import Losses, Outcome, losses_so_far

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.sweeps.workers import Job

ANSWER_S = 4.0  # for a scheduler to answer
LOOK_S = 0.3  # between two messages of a worker
MOST_POINTS = 100  # of a curve in a message

_turn = threading.Lock()  # of a worker with several threads: TensorFlow is to have one trial at a time


class ClusterWorkers:
    """The workers of the scheduler at an address."""

    def __init__(self, address: str) -> None:
        """Connects; raises ConfigError with a sentence where there is no Dask, no scheduler or no worker."""
        self._client = _connected(address)
        self.count = len(self._client.scheduler_info(n_workers=-1)["workers"])
        if not self.count:
            self._client.close()
            raise ConfigError(_("The Dask scheduler at {address} has no workers yet.", address=address))
        self._executor = self._client.get_executor(pure=False)
        self._topic = f"descent-lab-{uuid.uuid4().hex}"
        self._jobs: dict[str, _ClusterJob] = {}
        self._client.subscribe_topic(self._topic, self._hear)

    def submit(self, config: TrainingConfig, table: Dataset | None, on_end: Callable[[], None]) -> Job:
        """See `core.sweeps.workers.Workers`."""
        from distributed import Event

        name = f"{self._topic}-{len(self._jobs)}"
        job = self._jobs[name] = _ClusterJob(Event(name, client=self._client))
        job.future = self._executor.submit(train_on_worker, config, table, self._topic, name)
        job.future.add_done_callback(lambda _future: on_end())
        return job

    def close(self) -> None:
        """See `core.sweeps.workers.Workers`."""
        self._client.unsubscribe_topic(self._topic)
        self._executor.shutdown(wait=False)
        self._client.close()

    def _hear(self, event: tuple[float, Any]) -> None:
        """Takes over what a worker says on the way."""
        name, began, losses = event[1]
        if (job := self._jobs.get(name)) is not None:
            job.began, job.curve = began, tuple((share, loss) for share, loss in losses)


class _ClusterJob:
    future: Future[Outcome]

    def __init__(self, stop: Any) -> None:
        self.began, self.curve = 0.0, Losses()
        self._stop = stop

    def is_done(self) -> bool:
        return self.future.done()

    def outcome(self) -> Outcome:
        from distributed import KilledWorker

        try:
            return self.future.result()
        except KilledWorker:
            raise TrainingError(_("Its workers were lost again and again.")) from None
        except OSError as error:  # of the scheduler, which has gone
            raise CancelledError from error

    def losses(self) -> Losses:
        return self.curve

    def stop(self) -> None:
        if self.began:
            self._stop.set()
        else:
            self.future.cancel()


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(_("Dask is not installed here; pip install distributed.")) from None
    try:
        return Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise ConfigError(_("No Dask scheduler answers at {address}.", address=address)) from None


# ---- on a worker


def train_on_worker(config: TrainingConfig, table: Dataset | None, topic: str, name: str) -> Outcome:
    """Trains `config` to its end and returns what it came to, from a task of Dask.

    It says on `topic` how far it is, and ends early once the event `name` is set.
    """
    from distributed import Event, get_worker

    with _turn:
        began, worker, stop = time.time(), get_worker(), Event(name)
        run = _engine().begin(config, table)
        run.play()
        while not run.wait(LOOK_S):
            if run.status is Status.PLAYING:
                run.request_observation()
            worker.log_event(topic, (name, began, [list(pair) for pair in losses_so_far(run)[-MOST_POINTS:]]))
            if stop.is_set():
                run.pause()
        if run.status is Status.FAILED:
            _engine().leave()
            raise TrainingError(run.error)
        return Outcome(RecordedColumns.of(run), run.status is Status.DIVERGED, run.facts, began, time.time())


@cache
def _engine() -> ReusedEngine:
    """The engine of this worker."""
    return ReusedEngine(engines())
