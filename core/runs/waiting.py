"""Waiting for a run in a notebook cell, during which no page can answer."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.runs.any_run import AnyRun

AFTER_WAIT_S = 30.0  # a page that could not answer while a cell waited has so long to catch up


class Waiting:
    """Waits for the run that `present` returns, also if another one takes its place meanwhile."""

    def __init__(self, present: Callable[[], AnyRun], pace: Callable[[], float | None]) -> None:
        """`pace` returns the steps per second that were chosen for the page."""
        self._present, self._pace = present, pace
        self._awaited_until = -math.inf

    def wait(self, timeout: float | None, hurry: bool) -> bool:
        """Waits up to `timeout` seconds until the run rests; True if it does.

        With `hurry` no set pace slows the run down while somebody waits.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        self._awaited_until = math.inf
        try:
            while True:
                run = self._present()
                rests = self._wait_for(run, deadline, hurry)
                if not rests or run is self._present():
                    return rests
        finally:
            self._awaited_until = time.monotonic() + AFTER_WAIT_S

    def _wait_for(self, run: AnyRun, deadline: float, hurry: bool) -> bool:
        if hurry:
            run.set_pace(None)
        try:
            return run.wait(None if deadline == math.inf else max(deadline - time.monotonic(), 0.0))
        finally:
            if hurry:
                run.set_pace(self._pace())

    @property
    def is_awaited(self) -> bool:
        """True if somebody waits for the run in a cell, or did until a moment ago."""
        return time.monotonic() < self._awaited_until
