"""How long runs have waited for their engines and for what these prepare, in this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from core.remote.task import Task

LOADING = "loading"
LEAST_S = 0.5  # a shorter wait is not worth a word


class Waits:
    """The seconds of the last wait of each kind. `loads` is True while the next engine has to load TensorFlow first."""

    def __init__(self) -> None:
        self.loads, self._each_loads = False, False
        self._seconds: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def expect_loading(self, each: bool) -> None:
        """Note that the first engine, or `each` one, loads TensorFlow before it does anything else."""
        self.loads, self._each_loads = True, each

    def note_engine(self, seconds: float) -> None:
        """Note that an engine came after so many seconds."""
        if self.loads:
            self.note(LOADING, seconds)
        self.loads = self._each_loads

    def note(self, kind: Hashable, seconds: float) -> None:
        """Note that a wait of this kind took so many seconds."""
        with self._lock:
            self._seconds[kind] = seconds

    def last(self, kind: Hashable) -> float | None:
        """The seconds of the last wait of this kind; None if there was none, or it was over at once.

        >>> waits = Waits()
        >>> waits.note("digits", 3.0)
        >>> waits.last("digits"), waits.last("mnist")
        (3.0, None)
        """
        seconds = self._seconds.get(kind)
        return seconds if seconds is not None and seconds >= LEAST_S else None


def kind_of(task: Task) -> Hashable:
    """The kind of preparation that `task` needs: those of one problem and family take about as long."""
    return task.config.problem, task.config.family, task.own is None


waits = Waits()
