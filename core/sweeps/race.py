"""A race: the same start, trained at once with other settings, in step or each at its own speed."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.language import language
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.field import Value

log = logging.getLogger(__name__)

MOST_RACERS = 8
ROUNDS = 200  # of a race in step: each racer makes the same number of updates in a round
ROUND_S = 0.04  # at least, so that eyes can follow
LOOK_S = 0.1  # between two looks at racers that go at their own speed


@dataclass(frozen=True)
class Racer:
    """One of a race: what it is given, all its settings, and its run."""

    settings: Mapping[str, Value]
    config: TrainingConfig
    run: RemoteRun


class Race:
    """Some runs that begin together; `on_change` is called when they have moved, in whichever thread."""

    def __init__(
        self,
        config: TrainingConfig,
        entries: Sequence[Mapping[str, Value]],
        connect: Callable[[TrainingConfig], Connection],
        in_step: bool = True,
        table: Dataset | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Makes a race of `config` with the settings of each of `entries`, at most `MOST_RACERS`.

        Raises:
            ConfigError: A value is not legal; the sentence says why.
        """
        configs = [config.replace(**entry) for entry in entries[:MOST_RACERS]]
        self.racers = tuple(
            Racer(entry, each, RemoteRun(Task(each, table, None, language(), each.epochs), connect, lambda: None))
            for entry, each in zip(entries, configs, strict=False)
        )
        self.in_step, self.is_over, self.has_begun = in_step, False, False
        self._on_change, self._stopped = on_change, threading.Event()
        self._thread = BackgroundThread(self._work, "descent-lab-race", end=self.stop)

    def start(self) -> None:
        """Begins to prepare the racers; they start together when all are ready."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the race; what was run stays to be seen until `close`."""
        self._stopped.set()
        for racer in self.racers:
            racer.run.pause()

    def close(self) -> None:
        """Ends the race and its engines."""
        self.stop()
        for racer in self.racers:
            racer.run.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds for the end; True if it is over."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # ---- in its thread

    def _work(self) -> None:
        try:
            for racer in self.racers:
                racer.run.start()
            for racer in self.racers:
                racer.run.wait()
            self.has_begun = True
            self._on_change()
            (self._go_in_step if self.in_step else self._go_freely)()
        except Exception:
            log.exception("a race failed")
        finally:
            self.is_over = True
            self._on_change()

    def _go_in_step(self) -> None:
        length = max(1, max(racer.run.total_steps for racer in self.racers) // ROUNDS)
        while not self._stopped.is_set():
            going = [racer.run for racer in self.racers if not _is_over(racer.run)]
            if not going:
                return
            for run in going:
                run.take_steps(min(length, run.total_steps - run.step))
            for run in going:
                run.wait()
            self._on_change()
            self._stopped.wait(ROUND_S)

    def _go_freely(self) -> None:
        for racer in self.racers:
            racer.run.play()
        while not self._stopped.wait(LOOK_S) and not all(_is_over(racer.run) for racer in self.racers):
            for racer in self.racers:
                racer.run.request_observation()
            self._on_change()


def _is_over(run: RemoteRun) -> bool:
    return run.status.is_over or run.status is Status.STOPPED or run.step >= run.total_steps
