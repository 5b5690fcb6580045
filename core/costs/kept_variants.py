"""Kept runs as variants that could be served: their measured quality, and the time of their structure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from core.background_worker import BackgroundWorker
from core.costs.balance import Variant
from core.costs.goal import ACCURACY
from core.costs.levers import OF_STRUCTURE
from core.costs.structure import Structure, measured_structure
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.config.training_config import TrainingConfig
    from core.store.kept_run import KeptRun

MOST_RUNS = 12  # that are weighed, the newest; each structure is measured once, which takes some seconds
NO_DATA = "csv"  # a problem whose data a kept run does not have


def comparable(runs: Sequence[KeptRun], problem: str, metric: str = ACCURACY) -> list[KeptRun]:
    """The newest runs of `problem` of which `metric` on held-out examples was recorded."""
    judged = [
        run for run in runs
        if run.settings.get("problem") == problem != NO_DATA and run.metric == metric
        and run.validation_metric is not None and run.state != "diverged"
        and run.parent_step is None  # its parents trained too, at a cost that is not its own
    ]  # fmt: skip
    return judged[:MOST_RUNS]


class KeptVariants:
    """Measures the structures of kept runs in a thread, each once; `variants` has those that are known."""

    def __init__(
        self, wake: Callable[[], None], measure: Callable[[TrainingConfig], Structure | None] = measured_structure
    ) -> None:
        """`wake` is called in another thread whenever one more is known."""
        self._wake, self._measure = wake, measure
        self._known: dict[tuple[object, ...], Structure | None] = {}
        self._closed = threading.Event()
        self._worker: BackgroundWorker[list[KeptRun]] = BackgroundWorker(self._work, "descent-lab-kept-variants")
        self.left = 0  # structures that are still to be measured

    def ask(self, runs: Sequence[KeptRun]) -> None:
        """Has the structures of `runs` measured; returns at once."""
        missing = {_key(run): run for run in runs if _key(run) not in self._known}
        self.left = len(missing)
        if missing:
            self._worker.ask(list(missing.values()))

    def variants(self, runs: Sequence[KeptRun]) -> list[Variant]:
        """Those of `runs` whose structure has been measured."""
        found = [(run, self._known.get(_key(run))) for run in runs]
        return [
            Variant(
                _named(run), run.validation_metric or 0.0, known.service, known.size, known.memory, run.seconds,
                run.cpu_seconds,
            )
            for run, known in found
            if known is not None
        ]  # fmt: skip

    def close(self) -> None:
        """Ends after the structure under way."""
        self._closed.set()

    def _work(self, runs: list[KeptRun]) -> None:
        for place, run in enumerate(runs):
            if self._closed.is_set():
                return
            self._known[_key(run)] = self._measured(run)
            self.left = len(runs) - place - 1
            self._wake()

    def _measured(self, run: KeptRun) -> Structure | None:
        try:
            return self._measure(run.config)
        except (ConfigError, OSError):  # of an older version, or a disk that is full
            return None


def _named(run: KeptRun) -> str:
    """Its title, told from an artifact's: both count from #0 on."""
    return _("run\u00a0{name}", name=run.title)


def _key(run: KeptRun) -> tuple[object, ...]:
    """What the time of an answer depends on."""
    return tuple(run.settings.get(name) for name in ("problem", *sorted(OF_STRUCTURE)))
