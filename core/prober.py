"""The thread in which probes look at a run: training goes on while a look compiles or takes seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

from core.probes import Probes

if TYPE_CHECKING:
    from core.standing import Standing

log = logging.getLogger(__name__)

Task = tuple[str, "Standing"]


class Prober:
    """Calls one probe at a time. A probe that fails is not called again, and the run goes on without it."""

    def __init__(self, probes: Probes, on_found: Callable[[], None]) -> None:
        """`on_found` is called in the prober's thread after each look, when it is no longer busy."""
        self.busy = False
        self._probes, self._on_found = probes, on_found
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(self, name: str, standing: Standing) -> None:
        """Has the probe `name` look; returns at once."""
        self.busy = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="descent-lab-probes", daemon=True)
            self._thread.start()
        self._tasks.put((name, standing))

    def look(self, name: str, standing: Standing) -> None:
        """Has the probe `name` look in the caller's thread, and waits for it."""
        try:
            self._probes.look(name, standing)
        except Exception:
            log.exception("the probe %s failed", name)
            self._probes.give_up(name)

    def stop(self) -> None:
        """Ends the thread after the look under way."""
        self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            self.look(*task)
            del task  # or the weights it holds would wait here for the next look
            self.busy = False
            self._on_found()
