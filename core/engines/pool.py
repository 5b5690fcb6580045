"""Several runs at once, each in an engine: a pool in the shape of `concurrent.futures.Executor`.

A worker's engine goes on with the next run where that differs in live settings alone: nothing is compiled again.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self
from weakref import WeakSet

from core.background_thread import BackgroundThread
from core.remote.reused_engine import ReusedEngine
from core.runs.recorded_columns import RecordedColumns
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.learning.facts import LearnerFacts
    from core.remote.remote_run import RemoteRun


class TrainingError(Exception):
    """A run of a pool failed; the message is the sentence that says why."""


class RunFuture(Future[RecordedColumns]):
    """A run that was submitted.

    Attributes:
        run: The run itself, to look at while it trains; None before it begins.
        diverged: Whether it ended since its loss was finite no more; the result ends at the last finite one.
        facts: The model and its data in numbers; None for a surface.
        began, ended: When it began to train and when it ended, in unix seconds; 0 before that.
    """

    def __init__(self, config: TrainingConfig, table: Dataset | None) -> None:
        super().__init__()
        self.config, self.table = config, table
        self.run: RemoteRun | None = None
        self.diverged = False
        self.facts: LearnerFacts | None = None
        self.began = self.ended = 0.0
        self._is_stopping, self._trains = False, False
        self._turn = threading.Lock()

    def stop(self) -> None:
        """Ends the run after the updates under way: its result is what was recorded; one not begun is cancelled."""
        if self.cancel():
            return
        with self._turn:  # the engine may train another run right after this one
            self._is_stopping = True
            if self._trains and self.run is not None:
                self.run.pause()

    def train(self, engine: ReusedEngine) -> None:
        """Trains to the end, in the calling thread; does nothing if the future was cancelled."""
        if not self.set_running_or_notify_cancel():
            return
        self.began = time.time()
        try:
            result = self._trained(engine)
        except BaseException as error:
            engine.leave()
            self.ended = time.time()
            self.set_exception(error)
        else:
            self.set_result(result)

    def _trained(self, engine: ReusedEngine) -> RecordedColumns:
        self.run = run = engine.begin(self.config, self.table)
        with self._turn:
            self._trains = True
            if not self._is_stopping:
                run.play()
        run.wait()
        with self._turn:
            self._trains = False
        self.ended = time.time()
        if run.status is Status.FAILED:
            raise TrainingError(run.error)
        if run.status is Status.STOPPED:
            raise CancelledError
        self.diverged, self.facts = run.status is Status.DIVERGED, run.facts
        return RecordedColumns.of(run)


class EnginePool:
    """Trains what is submitted, at most `workers` runs at a time, in the order in which they come.

    >>> from core.config.training_config import TrainingConfig
    >>> from core.engines.launcher import launcher
    >>> with EnginePool(2, launcher.connect) as pool:
    ...     futures = [pool.submit(TrainingConfig(epochs=100, learning_rate=rate)) for rate in (0.01, 0.1)]
    >>> [len(future.result()["loss"]) for future in futures]
    [100, 100]
    """

    def __init__(self, workers: int, connect: Callable[[TrainingConfig], Connection]) -> None:
        """`connect` gives connections to engines, as `EngineLauncher.connect` does; there is at least one worker."""
        if workers < 1:
            raise ValueError(f"a pool has at least one worker, so not {workers}")
        self._connect = connect
        self._is_open = True
        self._queue: SimpleQueue[RunFuture | None] = SimpleQueue()  # None sends a worker home
        self._futures: WeakSet[RunFuture] = WeakSet()
        self._threads = [BackgroundThread(self._work, "descent-lab-pool", end=self._abandon) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, config: TrainingConfig, table: Dataset | None = None) -> RunFuture:
        """The future history of a run of `config`; `table` is the data set of the problem "csv".

        Raises RuntimeError after `shutdown`.
        """
        if not self._is_open:
            raise RuntimeError("a pool that was shut down takes no more runs")
        future = RunFuture(config, table)
        self._futures.add(future)
        self._queue.put(future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes no more runs; `cancel_futures` cancels those that have not begun, `wait` waits for the others."""
        if cancel_futures:
            for future in list(self._futures):
                future.cancel()
        if self._is_open:
            self._is_open = False
            for _thread in self._threads:
                self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()

    def _work(self) -> None:
        engine = ReusedEngine(self._connect)
        try:
            while (future := self._queue.get()) is not None:
                future.train(engine)
        finally:
            engine.leave()

    def _abandon(self) -> None:
        """Ends all runs where they are: the program ends."""
        self.shutdown(wait=False, cancel_futures=True)
        for future in list(self._futures):
            if future.run is not None:
                future.run.stop()
