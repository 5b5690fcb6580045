"""The kept runs whose models can be compressed or served, as a menu has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.dataset import CSV
from core.datasets.registry import DATASETS
from core.engines.kept_model import check_kept, kept_model
from core.engines.launcher import engines
from core.field import ConfigError
from core.language import _, language
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.learning.setup import ModelSetup
    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore

MOST_OFFERED = 30  # the newest
LONGEST_ID = 64


def short_name(kept: KeptRun) -> str:
    """What an artifact of it is told by: its name, or else its number."""
    return _("run\u00a0{name}", name=kept.name or f"#{kept.number}")


class KeptSubjects:
    """The kept runs of `store` that learned from data."""

    def __init__(
        self,
        store: Callable[[], RunStore],
        table: Callable[[], Dataset | None],
        connect: Callable[[TrainingConfig], Connection] | None,
    ) -> None:
        """`table` returns the data set of the problem "csv"; `connect` gives connections to engines.

        Where that is None, a fork server is started when an engine is first needed.
        """
        self._store, self._table, self._connect = store, table, connect
        self._offered: tuple[object, list[list[str]]] = (None, [])  # what the options depend on, and they

    def options(self) -> list[list[str]]:
        """The newest of them as [id, title], the newest first. Every frame asks: they are read after a change only."""
        store = self._store()
        state = store, store.version, language()
        if state != self._offered[0]:
            offered = store.newest(MOST_OFFERED, (CSV, *DATASETS))
            self._offered = state, [[run.id, _("run\u00a0{name}", name=run.title)] for run in offered]
        return self._offered[1]

    def get(self, id: str) -> KeptRun:
        """The run called `id`; raises ConfigError where it is kept no longer."""
        found = self._store().get(id)
        if found is None:
            raise ConfigError(_("That run is kept no longer."))
        return found

    def check(self, id: str) -> tuple[KeptRun, ModelSetup]:
        """The run called `id` and its setup; raises ConfigError where there is no model of it to be had."""
        kept = self.get(id)
        return kept, check_kept(kept, self._store().snapshot_steps(id), self._table())

    def label(self, id: str) -> str:
        """The model in words; raises ConfigError as `check` does."""
        kept, setup = self.check(id)
        return _("{run}: {model}, after {count} updates", run=short_name(kept), model=setup.label,
                 count=format_number(kept.steps))  # fmt: skip

    def trained_model(self, id: str, is_wanted: Callable[[], bool] = lambda: True) -> TrainedModel:
        """The model as it was last, with its held-out examples; waits for an engine as long as it `is_wanted`.

        Raises ConfigError.
        """
        kept = self.get(id)
        return kept_model(kept, self._store().snapshots(id), self._table(), self._connect or engines(), is_wanted)
