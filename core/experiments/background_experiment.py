"""An experiment of many runs in a thread of its own, so that the page lives on: its newest result, progress, cancel."""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Generic, TypeVar

from core.background_thread import BackgroundThread
from core.engines.pool import EnginePool, TrainingError
from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.engines.pool import RunFuture

log = logging.getLogger(__name__)

Result = TypeVar("Result")

MOST_WORKERS = 4
FAULT = N_("The experiment ended by a fault of this program; what it had found stands.")


class CountingPool(EnginePool):
    """A pool that remembers what was submitted, and can end all of it."""

    def __init__(self, connect: Callable[[TrainingConfig], Connection], on_end: Callable[[RunFuture], None]) -> None:
        """`on_end` is called with each run that has ended, whatever has become of it, in the thread of a worker."""
        self.futures: list[RunFuture] = []
        self._on_end = on_end
        super().__init__(max(1, min(MOST_WORKERS, (os.cpu_count() or 2) - 1)), connect)

    def submit(self, config: TrainingConfig, table: Dataset | None = None) -> RunFuture:
        """The future history of a run of `config`, as `EnginePool.submit`."""
        future = super().submit(config, table)
        self.futures.append(future)
        future.add_done_callback(lambda _future: self._on_end(future))
        return future

    def end(self) -> None:
        """Takes no more runs and stops those that train after the updates under way."""
        self.shutdown(wait=False, cancel_futures=True)
        for future in list(self.futures):
            future.stop()


class BackgroundExperiment(Generic[Result]):
    """Runs `measure` with a pool and keeps the newest of what it yields.

    Attributes:
        latest: The newest result; None before the first.
        error: Why it ended early, in a sentence; "" if it did not.
        is_running: False once it has ended.
    """

    def __init__(
        self,
        measure: Callable[[EnginePool], Iterator[Result]],
        connect: Callable[[TrainingConfig], Connection],
        on_change: Callable[[], None],
        on_run: Callable[[RunFuture], None] = lambda future: None,
    ) -> None:
        """`on_change` is called when there is something new, `on_run` with each run that trained to its end.

        Both are called in the threads of the experiment.
        """
        self.latest: Result | None = None
        self.error, self.is_running = "", True
        self._measure, self._on_change, self._on_run = measure, on_change, on_run
        self._cancelled = threading.Event()
        self._pool = CountingPool(connect, self._note_end)
        self._thread = BackgroundThread(self._work, "descent-lab-experiment", end=self.cancel)
        self._thread.start()

    @property
    def runs_ended(self) -> int:
        """How many runs have ended."""
        return sum(future.done() for future in list(self._pool.futures))

    @property
    def is_cancelled(self) -> bool:
        """True if a person has ended it."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ends it after the updates under way; the newest result stays."""
        self._cancelled.set()
        self._pool.end()

    def join(self, timeout: float | None = None) -> None:
        """Waits for its end."""
        self._thread.join(timeout)

    def _work(self) -> None:
        try:
            for result in self._measure(self._pool):
                if self.is_cancelled:
                    break
                self.latest = result
                self._on_change()
        except TrainingError as error:
            self.error = str(error)
        except (CancelledError, RuntimeError):
            if not self.is_cancelled:
                raise
        except Exception:
            log.exception("an experiment ended by a fault")
            self.error = FAULT
        finally:
            self._pool.end()
            self.is_running = False
            self._on_change()

    def _note_end(self, future: RunFuture) -> None:
        if not self.is_cancelled and not future.cancelled() and future.exception() is None:
            self._on_run(future)
        self._on_change()
