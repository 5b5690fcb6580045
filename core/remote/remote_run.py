"""A run that trains in another process, with the interface of `Run`."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil

from core.background_thread import BackgroundThread
from core.language import N_, language
from core.remote.commanded_run import CommandedRun
from core.remote.connection_end import hang_up, see_off
from core.remote.published import Published
from core.remote.waits import LOADING, kind_of, waits
from core.runs.awaited import Awaited
from core.runs.run_worker import FAULT
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.remote.task import Task
    from core.runs.past.branch import Branch

log = logging.getLogger(__name__)

CANNOT_START = N_("No process to train in could be started; press Reset to try again.")
LOST_WEIGHTS = N_("The weights of the run before were lost on the way; Reset begins with fresh ones.")
DIES_AGAIN = N_("Training ended its process again and again; another model or another setting may do better.")
MOST_DEATHS = 3  # without a single step between them: what kills an engine as often will kill the next


class RemoteRun(CommandedRun):
    """A run in an engine of its own; see `Run` for its methods, all of which return at once.

    An engine that dies is replaced: the next one takes the same steps again, with the same changes of live settings,
    and goes on from where the page stood.
    """

    def __init__(
        self,
        task: Task,
        connect: Callable[[TrainingConfig], Connection],
        on_change: Callable[[], None],
        settle_seconds: float = 0.0,
        branch: Branch | None = None,
    ) -> None:
        """Makes a run that has not begun; see `start`.

        Args:
            task: What is trained.
            connect: Gives a connection to a new engine, best to one that is ready for this config.
            on_change: Called, in whichever thread, when something new is published.
            settle_seconds: How long the run waits before it asks for an engine.
            branch: Has the weights that it begins with, where these are another run's.
        """
        super().__init__(task)
        self.process_id: int | None = None  # of the engine
        self._connect, self._on_change, self._settle_seconds = connect, on_change, settle_seconds
        self._branch = branch
        self._deaths = 0
        self._preparing_from: float | None = None  # when the engine began to prepare what is new to it
        self._thread = BackgroundThread(self._serve, "descent-lab-engine", end=self.stop)

    # ---- what it is asked

    def start(self) -> None:
        """Asks for an engine, which prepares the trainer."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the engine."""
        with self._changed:
            self._stopped = True
            connection, self._connection = self._connection, None
            self._changed.notify_all()
        if connection is not None:
            hang_up(connection)

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds until the run rests; True if it does."""
        with self._changed:
            return self._changed.wait_for(self._rests, timeout)

    def join(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds for a stopped run to end; True if it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def awaited(self) -> Awaited:
        """What it waits for while it prepares, and how long another run waited for that."""
        is_loading = self.process_id is None and waits.loads
        return Awaited(is_loading, waits.last(LOADING if is_loading else kind_of(self._task)))

    def _rests(self) -> bool:
        return self._is_over or (
            self.published.rests and self.published.command >= self._commands and not self.returning_to
        )

    # ---- in its thread

    def _serve(self) -> None:
        try:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped, self._settle_seconds)
            self._take_weights()
            while not self._is_over:
                self._talk_to(self._connect(self._task.config))
        except OSError:
            self._fail(CANNOT_START)
        except Exception:
            log.exception("a run could not be handed to an engine")
            self._fail(FAULT)
        with self._changed:
            self._changed.notify_all()

    def _take_weights(self) -> None:
        """Waits for the weights that the run begins with."""
        if self._branch is None or self._branch.weights is None or self._is_over:
            return
        weights = self._branch.weights()
        if weights is None:
            self._fail(LOST_WEIGHTS)
            return
        with self._changed:
            self._task = replace(self._task, weights=tuple(weights))

    @property
    def _is_over(self) -> bool:
        return self._stopped or self._error is not None

    def _talk_to(self, connection: Connection) -> None:
        """Has a new engine do the task, until the run is stopped or the engine ends, at whichever moment it does."""
        process: psutil.Process | None = None
        asked_at = time.monotonic()
        with suppress(EOFError, OSError, psutil.NoSuchProcess):
            self.process_id = connection.recv()
            self._preparing_from = time.monotonic()
            waits.note_engine(self._preparing_from - asked_at)
            process = psutil.Process(self.process_id)
            if self._hand_over(connection):
                self._listen(connection)
        with self._changed:
            self._connection = None
        self._answers.give_up()
        connection.close()
        if process is not None:
            see_off(process)
        if not self._is_over:
            self._lost()

    def _hand_over(self, connection: Connection) -> bool:
        """Sends the task; returns False if the run was stopped meanwhile."""
        with self._changed:
            if self._stopped:
                return False
            task, self._connection = replace(self._task, language=language()), connection
            self._commands = 0
            self._outbox.add(connection, task)
            self.published = replace(self.published, command=0, rests=False)
        self._outbox.send()
        return True

    def _listen(self, connection: Connection) -> None:
        """Takes what comes; returns, by an error of the connection, when it ends."""
        while True:
            message = connection.recv()
            if isinstance(message, Published):
                self._take(message)
            elif isinstance(message, str):  # its last words
                self._fail(message)
            else:
                self._answers.take(*message)

    def _take(self, state: Published) -> None:
        with self._changed:
            if state.step > self.step:
                self._deaths = 0
            self._show(state)
            self._note_preparation()
            self.returning_to = None
            if state.command >= self._commands:  # else what is wanted has changed on the way
                self._task = replace(
                    self._task, playing=state.playing, total_steps=state.total_steps, steps=0, settings={}, past=None
                )
            self._changed.notify_all()
        self._on_change()

    def _note_preparation(self) -> None:
        """Note how long the engine took to prepare, once it has, unless it had further steps to make up for."""
        if self._preparing_from is not None and self.published.status not in (Status.PREPARING, Status.FAILED):
            if not self.returning_to:
                waits.note(kind_of(self._task), time.monotonic() - self._preparing_from)
            self._preparing_from = None

    def _lost(self) -> None:
        """Prepares for the next engine, which is to go where this one was."""
        self._deaths += 1
        log.warning("an engine ended at step %s", self.step)
        if self._deaths >= MOST_DEATHS:
            self._fail(DIES_AGAIN)
            return
        with self._changed:
            self.returning_to = self.step
            self._task = self._task.again_after(self.published)
        self._on_change()

    def _fail(self, sentence: str) -> None:
        with self._changed:
            self._error = sentence
            self._changed.notify_all()
        self._on_change()
