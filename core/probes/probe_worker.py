"""ProbeWorker: a thread in which probes look while training goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from core.background_worker import BackgroundWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.probes.probe_schedule import ProbeSchedule
    from core.training.trainer_snapshot import TrainerSnapshot

log = logging.getLogger(__name__)


class ProbeWorker:
    """Calls one probe at a time; `looking` is its name, None at rest.

    A probe that fails is not called again, and the run goes on without it.
    """

    def __init__(self, probes: ProbeSchedule, on_found: Callable[[], None]) -> None:
        """`on_found` is called in the worker's thread after each look, when it is at rest."""
        self.looking: str | None = None
        self._probes, self._on_found = probes, on_found
        self._worker: BackgroundWorker[tuple[str, TrainerSnapshot, float]] = BackgroundWorker(
            self._serve, "descent-lab-probes"
        )

    def begin(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> None:
        """Have the probe `name` look; return at once. `copying` is how many seconds `snapshot` took to be made."""
        self.looking = name
        self._worker.ask((name, snapshot, copying))

    def look(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> None:
        """Have the probe `name` look in the caller's thread."""
        try:
            self._probes.look(name, snapshot, copying)
        except Exception:
            log.exception("the probe %s failed", name)
            self._probes.give_up(name)

    def join(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for the look under way; return True if it is over."""
        return self._worker.join(timeout)

    def _serve(self, asked: tuple[str, TrainerSnapshot, float]) -> None:
        self.look(*asked)
        self.looking = None
        self._on_found()
