"""Probes at work beside a run: training goes on while a look compiles or takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.background_worker import BackgroundWorker
from core.probes.probe_schedule import ProbeSchedule

if TYPE_CHECKING:
    from core.training.trainer_snapshot import TrainerSnapshot

log = logging.getLogger(__name__)


class ProbeWorker:
    """Calls one probe at a time, `looking` being its name; None at rest.

    A probe that fails is not called again, and the run goes on without it.
    """

    def __init__(self, probes: ProbeSchedule, on_found: Callable[[], None]) -> None:
        """`on_found` is called in the prober's thread after each look, when it is at rest."""
        self.looking: str | None = None
        self._probes, self._on_found = probes, on_found
        self._worker: BackgroundWorker[tuple[str, TrainerSnapshot, float]] = BackgroundWorker(
            self._serve, "descent-lab-probes"
        )

    def begin(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> None:
        """Has the probe `name` look; returns at once. `copying` are the seconds that `snapshot` took to be made."""
        self.looking = name
        self._worker.ask((name, snapshot, copying))

    def look(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> None:
        """Has the probe `name` look in the caller's thread, and waits for it."""
        try:
            self._probes.look(name, snapshot, copying)
        except Exception:
            log.exception("the probe %s failed", name)
            self._probes.give_up(name)

    def join(self, timeout: float | None = None) -> bool:
        """Waits for the look under way, if there is one; whether it is over."""
        return self._worker.join(timeout)

    def _serve(self, asked: tuple[str, TrainerSnapshot, float]) -> None:
        self.look(*asked)
        self.looking = None
        self._on_found()
