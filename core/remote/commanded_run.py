"""What a run in another process is asked for: the writing half of `RemoteRun`, whose thread does the rest."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.remote.answers import Answers
from core.remote.outbox import Outbox
from core.remote.published_run import PublishedRun
from core.runs.past.setting_changes import TOTAL_STEPS, Drags, latest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    import numpy as np

    from core.remote.task import Task

ASKING = frozenset({"observe", "call"})  # change nothing: while one is under way the run is up to date all the same


class CommandedRun(PublishedRun):
    """The commands of a `Run`, each of which returns at once: it is sent, and kept for an engine still to come."""

    def __init__(self, task: Task) -> None:
        super().__init__(task, self.request)
        self.returning_to: int | None = task.until or None  # the step that a new engine is on its way to
        self._changed = threading.Condition()  # also guards the task and the connection
        self._connection: Connection | None = None
        self._outbox = Outbox()
        self._commands = 0
        self._answers = Answers()
        self._drags = Drags()  # timed here: on a busy machine changes reach the engine seconds apart
        self._moved_at = 0  # the number of the last command that moves it
        self._sent_to: int | None = None  # the step that this one sent it to, if it did

    def play(self) -> None:
        """Takes steps until the last, a pause or a divergence."""
        self._ask("ask", {"playing": True}, playing=True)

    def pause(self) -> None:
        """Takes no further step."""
        self._ask("ask", {"playing": False, "single_steps": 0}, playing=False, steps=0)

    def take_steps(self, count: int = 1) -> None:
        """Takes `count` steps, and pauses if playing."""
        self._ask("steps", count, playing=False, steps=self._task.steps + count)

    def restart(self, initial: Sequence[np.ndarray]) -> None:
        """Goes back to step 0 at the point `initial`, or where a model's weights began if it is empty."""
        start = initial or None
        with self._changed:
            settings = {**self._task.start_settings, **latest(tuple(self._task.changes))}
        self._ask("restart", start, steps=0, start_settings=settings, changes=(), until=0, past=None, initial=start)

    def set(self, **settings: float) -> None:
        """Gives live settings a new value."""
        self._ask("settings", settings, self._drags.among(settings), settings={**self._task.settings, **settings})

    def set_pace(self, pace: float | None) -> None:
        """Sets the steps per second from now on; None means as fast as possible."""
        self._ask("ask", {"pace": pace, "retimed": True}, pace=pace)

    def set_total(self, total_steps: int) -> None:
        """Sets the step at which the run is finished."""
        if total_steps != self._task.total_steps:
            settings = {**self._task.settings, TOTAL_STEPS: total_steps}
            total = {TOTAL_STEPS: total_steps}
            self._ask("settings", total, self._drags.among(total), total_steps=total_steps, settings=settings)

    def watch(self, names: frozenset[str], layers: bool = False, plane: str = "off") -> None:
        """Says which findings, layers and landscape somebody looks at."""
        if (names, layers, plane) != (self._task.watched, self._task.layers, self._task.plane):
            self._ask("watch", names, layers, plane, watched=names, layers=layers, plane=plane)

    def go_to(self, step: int) -> None:
        """Pauses at `step`, of those that were recorded."""
        self._ask("ask", {"rewind": step, "playing": False, "single_steps": 0}, playing=False, steps=0)
        self._sent_to = max(step, 0)

    @property
    def taken_back_to(self) -> int | None:
        """The step before its last at which it stands, or was sent to while the engine has not come there; else None.

        None too while it is not known where it will stand; `wait` waits for that.
        """
        if self.returning_to is not None:
            return None
        stands = self.published.rests and self.published.command >= self._moved_at
        step = self.step if stands else self._sent_to
        return step if step is not None and step < self.recorded else None

    def fork(self) -> None:
        """Makes the run as it stands the beginning of another one."""
        self._ask("ask", {"fork": True})

    def request_observation(self) -> None:
        """Asks for a newer `observation`, of another step if it plays."""
        self._ask("observe")

    def call(self, name: str) -> Any:
        """Asks the engine for something and waits for it; None if it does not answer."""
        return self.request(name)()

    def request(self, name: str, *arguments: Any) -> Callable[[], Any]:
        """Asks the engine for something, in turn with all else it is asked; the function returned waits for it."""
        ticket, answer = self._answers.expect()
        self._ask("call", ticket, name, *arguments)
        if self._connection is None:
            self._answers.give_up()
        return answer

    @property
    def is_up_to_date(self) -> bool:
        """True if what is published shows everything that was asked for."""
        return self.returning_to is None and self.published.command >= self._commands

    def _ask(self, name: str, *arguments: Any, **wanted: Any) -> None:
        """Sends a command, and keeps what it wants for an engine that has still to come."""
        with self._changed:
            self._task = replace(self._task, **wanted) if wanted else self._task
            connection = self._connection
            if connection is None:
                return
            self._commands += name not in ASKING
            if _moves(name, arguments):
                self._moved_at, self._sent_to = self._commands, None
            self._outbox.add(connection, (self._commands, name, arguments))
        self._outbox.send()


def _moves(name: str, arguments: tuple[Any, ...]) -> bool:
    """True if a command changes the step at which a run stands or will come to stand."""
    if name == "ask":
        return any(arguments[0].get(each) not in (None, False) for each in ("playing", "fork", "rewind"))
    return name in ("steps", "restart", "settings")
