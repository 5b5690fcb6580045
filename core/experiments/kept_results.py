"""The runs of an experiment are kept runs, which the list shows and the chart draws when asked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.learning.setup import ModelSetup
from core.store.run_columns import results_of, setup_of
from core.training.batches import examples_seen

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.engines.pool import RunFuture
    from core.learning.facts import LearnerFacts
    from core.runs.recorded_columns import RecordedColumns
    from core.store.run_store import RunStore


@dataclass(frozen=True)
class Result:
    """A run that has ended: when it began and ended, in unix seconds, and the facts of its model, where known."""

    config: TrainingConfig
    history: RecordedColumns
    state: str
    began: float
    ended: float
    facts: LearnerFacts | None = None
    table: Dataset | None = None

    @property
    def steps(self) -> int:
        """The updates that were recorded."""
        return len(self.history.get("step", ()))


def keep(store: RunStore, future: RunFuture, name: str) -> str:
    """Keeps the run of a pool that has ended, under `name`; see `keep_result`."""
    state = "diverged" if future.diverged else "finished"
    result = Result(future.config, future.result(), state, future.began, future.ended, future.facts)
    return keep_result(store, result, name)


def keep_result(store: RunStore, result: Result, name: str = "") -> str:
    """Keeps a run, hidden in the chart until somebody draws it; returns its id."""
    columns = _columns(result) | _of_model(result)
    id = store.add(started=result.began, hidden=True, name=name, **columns)
    store.record(id, result.history, **results_of(result.history, columns.get("metric", "")))
    return id


def _columns(result: Result) -> dict[str, Any]:
    finished = result.steps / result.config.epochs if result.state == "finished" else None
    return setup_of(result.config) | {
        "state": result.state, "steps": result.steps, "seconds": max(0.0, result.ended - result.began),
        "steps_per_epoch": result.facts.updates_per_epoch if result.facts else finished,
    }  # fmt: skip


def _of_model(result: Result) -> dict[str, Any]:
    config, facts = result.config, result.facts
    if not config.learns:
        return {}
    setup = ModelSetup.of(config, result.table)
    known = {"data": setup.dataset.label, "batch": config.batch_size, "metric": setup.metric}
    if facts is None:
        return known | {"parameters": setup.parameters}
    return known | {
        "examples": examples_seen(result.steps, facts.n_examples, config.batch_size),
        "parameters": facts.card.parameters, "flops": facts.card.flops,
        "validated_on": facts.n_validated or None,
    }  # fmt: skip
