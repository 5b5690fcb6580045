"""When a run made which step: readings of its clock, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun

MOST_READINGS = 1000  # 16 kB, at two a second the whole of eight minutes


class RunClock:
    """Pairs of a step and the seconds that the run had played by then; every other one goes when they are too many.

    Attributes:
        lead: The seconds that the run had played before its present clock began.
        cpu_lead: The core seconds that were computed for it before; None where that is not known.

    >>> clock = RunClock()
    >>> for step, seconds in ((10, 0.5), (10, 0.5), (40, 1.0)):
    ...     clock.read(step, seconds)
    >>> clock.readings()["step"]
    array([ 0, 10, 40])
    """

    def __init__(self, before: KeptRun | None = None, seconds: float = 0.0, cpu_seconds: float | None = 0.0) -> None:
        """Begins at 0, or goes on from where a kept run stood, when its replay has played `seconds`.

        By then it has computed for `cpu_seconds`, None where that is not known.
        """
        self.lead = 0.0 if before is None else max(0.0, before.seconds - seconds)
        self.cpu_lead = 0.0 if before is None else _lead(before.cpu_seconds, cpu_seconds)
        self._readings = [(0, 0.0)]
        if before is not None:
            self._readings += list(zip(*(values.tolist() for values in before.clock), strict=True))[1:]
        self._every = 1  # how many readings one stands for that is kept
        self._skipped = 0

    def read(self, step: int, seconds: float) -> None:
        """Notes that `step` updates took `seconds`; what has not moved since is not noted again."""
        seconds += self.lead
        if step <= self._readings[-1][0] or seconds < self._readings[-1][1]:
            return
        self._skipped += 1
        if self._skipped < self._every:
            return
        self._skipped = 0
        self._readings.append((step, seconds))
        if len(self._readings) > MOST_READINGS:
            self._readings = self._readings[::2]
            self._every *= 2

    def readings(self) -> dict[str, np.ndarray]:
        """The readings: "step", int64, and "seconds", (k,) each, both rising; the first is 0 at 0."""
        steps, seconds = zip(*self._readings, strict=True)
        return {"step": np.array(steps, np.int64), "seconds": np.array(seconds)}


def _lead(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else max(0.0, before - now)
