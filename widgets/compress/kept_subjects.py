"""The kept runs whose models can be compressed or served, as a menu has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.dataset import CSV
from core.datasets.registry import DATASETS
from core.engines.kept_model import check_kept, kept_model
from core.engines.launcher import engines
from core.field import ConfigError
from core.language import _
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

    def options(self) -> list[list[str]]:
        """The newest of them as [id, title], the newest first."""
        offered = [run for run in self._store().runs() if _learned(run) and not run.hidden]
        return [[run.id, _("run\u00a0{name}", name=run.title)] for run in offered[:MOST_OFFERED]]

    def get(self, id: str) -> KeptRun:
        """The run called `id`; raises ConfigError where it is kept no longer."""
        found = next((run for run in self._store().runs() if run.id == id), None)
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

    def trained_model(self, id: str) -> TrainedModel:
        """The model as it was last, with its held-out examples; waits for an engine. Raises ConfigError."""
        kept = self.get(id)
        return kept_model(kept, self._store().snapshots(id), self._table(), self._connect or engines())


def _learned(run: KeptRun) -> bool:
    """True if it has a model of this program's: its problem has data."""
    problem = run.settings.get("problem")
    return run.steps > 0 and (problem == CSV or problem in DATASETS)
