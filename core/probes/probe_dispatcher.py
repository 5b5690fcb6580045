"""ProbeDispatcher: starts the looks of a run's probes, each in its thread."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.probes.probe_worker import ProbeWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.probes.probe_schedule import ProbeSchedule
    from core.training.trainer import Trainer

LONGEST_WAIT_S = 0.5  # for a look that is late, before training goes on
FIRST_POINT_S = 1.0  # seconds that training waits at most for the first validation after Play
FIRST_LOOK_S = 2.0  # seconds that a new run waits at most for its first look, which takes 1 s for ordinary models


class ProbeDispatcher:
    """Has probes look at snapshots of a trainer, one after another.

    First looks compile, for seconds: they have a thread of their own and hold up no others. A probe that
    measures times looks in the caller's thread, while nothing trains.
    """

    def __init__(self, probes: ProbeSchedule, on_found: Callable[[], None]) -> None:
        """`on_found` is called after each look, in the thread of that look."""
        self.probes, self._on_found = probes, on_found
        self._known, self._compiling = ProbeWorker(probes, on_found), ProbeWorker(probes, on_found)

    def join(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for each of the looks under way; return True if they are over."""
        return self._known.join(timeout) and self._compiling.join(timeout)

    def look(self, trainer: Trainer, share: float | None, gap: float) -> bool:
        """Begin the looks that are due.

        Args:
            trainer: The trainer, between two updates.
            share: The part of the time played that all probes may take; None if the run rests.
            gap: The least number of seconds between two looks of a probe.

        Returns:
            True if training waited for one that measures times.
        """
        is_awaited = share is not None and self.probes.awaits_validation
        if not self._compiling.looking and not is_awaited:
            new = self.probes.next_new(self._under_way())
            _begin(self._compiling, () if new is None else (new,), trainer)
        if self._known.looking:
            if share is not None:
                self._catch_up(trainer)
            return False
        apart = self._under_way() | (self.probes.undisturbed if self._compiling.looking else frozenset())
        names = self.probes.next_group(trainer.step, share, gap, apart)
        if self.probes.undisturbed.intersection(names):
            self.probes.look_together(names, trainer.snapshot())
            self._on_found()
            return True
        _begin(self._known, names, trainer)
        if names and is_awaited:
            self._known.join(FIRST_POINT_S)
        return False

    def _catch_up(self, trainer: Trainer) -> None:
        """Have validation look beside what looks now, or wait for that, where its curve would have too few points."""
        late = self.probes.late(trainer.step)
        if late is None:
            return
        if late in self._compiling.looking:
            self._compiling.join(LONGEST_WAIT_S)
        elif late in self._known.looking or self._compiling.looking:
            self._known.join(LONGEST_WAIT_S)
        free = next((worker for worker in (self._compiling, self._known) if not worker.looking), None)
        if free is not None and self.probes.late(trainer.step) == late:
            _begin(free, (late,), trainer)

    def begin(self, trainer: Trainer) -> None:
        """Have the probes that are always wanted look at the beginning of a run, and wait up to FIRST_LOOK_S for each.

        A run that plays at once would have gone far before a look that compiles came back.
        """
        for name in sorted(self.probes.always - self.probes.failed):
            for worker in (self._known, self._compiling):
                if name in worker.looking:  # at the run as it was before it began again
                    worker.join(FIRST_LOOK_S)
            free = next((worker for worker in (self._compiling, self._known) if not worker.looking), None)
            if free is not None and name not in self._under_way():
                _begin(free, (name,), trainer)
                free.join(FIRST_LOOK_S)

    def _under_way(self) -> frozenset[str]:
        return frozenset((*self._known.looking, *self._compiling.looking))


def _begin(worker: ProbeWorker, names: tuple[str, ...], trainer: Trainer) -> None:
    """Have `worker` call the probes `names`, if there are any, in its thread."""
    if names:
        began = time.perf_counter()
        snapshot = trainer.snapshot()
        worker.begin(names, snapshot, time.perf_counter() - began)
