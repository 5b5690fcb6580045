"""ProbeWorker: a thread in which probes look while training goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.background_worker import BackgroundWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.probes.probe_schedule import ProbeSchedule
    from core.training.trainer_snapshot import TrainerSnapshot


class ProbeWorker:
    """Calls the probes of one look after another; `looking` are their names, none at rest.

    A probe that fails is not called again, and the run goes on without it.
    """

    def __init__(self, probes: ProbeSchedule, on_found: Callable[[], None]) -> None:
        """`on_found` is called in the worker's thread after each look, when it is at rest."""
        self.looking: tuple[str, ...] = ()
        self._probes, self._on_found = probes, on_found
        self._worker: BackgroundWorker[tuple[tuple[str, ...], TrainerSnapshot, float]] = BackgroundWorker(
            self._serve, "descent-lab-probes"
        )

    def begin(self, names: tuple[str, ...], snapshot: TrainerSnapshot, copying: float = 0.0) -> None:
        """Have the probes `names` look; return at once. `copying` is how many seconds `snapshot` took to be made."""
        self.looking = names
        self._worker.ask((names, snapshot, copying))

    def join(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for the look under way; return True if it is over."""
        return self._worker.join(timeout)

    def _serve(self, asked: tuple[tuple[str, ...], TrainerSnapshot, float]) -> None:
        self._probes.look_together(*asked)
        self.looking = ()
        self._on_found()
