"""The menu of kept runs: read when something was written, not in every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.compress.kept_subjects import MOST_OFFERED, KeptSubjects

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun


class Counted(RunStore):
    """A store that counts how often its runs are read."""

    reads = 0

    def newest(self, *asked: Any) -> list[KeptRun]:
        self.reads += 1
        return super().newest(*asked)


def test_a_frame_reads_runs_only_after_a_change() -> None:
    store = Counted()
    kept = KeptSubjects(lambda: store, lambda: None, None)
    assert kept.options() == []
    first = store.add(**columns_of(TrainingConfig(problem="digits")))
    for _frame in range(100):
        assert [id for id, _title in kept.options()] == [first]
    assert store.reads == 2
    store.mark([first], name="the best")
    assert kept.options() == [[first, "run\u00a0the best"]]
    store.delete([first])
    assert kept.options() == []
    with pytest.raises(ConfigError, match="kept no longer"):
        kept.get(first)


def test_of_many_runs_the_newest_that_learned_from_data_are_offered() -> None:
    store = RunStore()
    for number in range(3 * MOST_OFFERED):
        problem = "regression" if number % 2 else "digits"
        store.add(**columns_of(TrainingConfig(problem=problem), started=float(number)))
    ids = [run.id for run in store if run.settings["problem"] == "digits"]
    assert [id for id, _title in KeptSubjects(lambda: store, lambda: None, None).options()] == ids[:MOST_OFFERED]
