"""Trials are kept runs: the columns of one, from what a job came to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.learning.setup import ModelSetup
from core.store.run_columns import results_of, versions
from core.training.batches import examples_seen

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.store.run_store import RunStore
    from core.sweeps.trial import Trial
    from core.sweeps.workers import Outcome


def keep(store: RunStore, table: Dataset | None, trial: Trial, outcome: Outcome) -> str:
    """Keeps a trial as a run, hidden in the list's chart until somebody draws it; returns the run's id."""
    columns = _columns(trial, outcome, table)
    id = store.add(started=outcome.began, hidden=True, **columns)
    store.record(id, outcome.history, **results_of(outcome.history, columns.get("metric", "")))
    return id


def _columns(trial: Trial, outcome: Outcome, table: Dataset | None) -> dict[str, Any]:
    config, steps = trial.config, len(outcome.history.get("step", ()))
    facts = outcome.facts
    columns = {
        "updated": time.time(), "state": "paused" if trial.state in ("pruned", "stopped") else trial.state,
        "problem": config.problem, "family": config.family, "optimizer": config.optimizer, "seed": config.seed,
        "learning_rate": config.learning_rate, "settings": {name: getattr(config, name) for name in FIELDS},
        "versions": versions(), "steps": steps, "seconds": outcome.ended - outcome.began,
        "steps_per_epoch": facts.updates_per_epoch if facts else None,
    }  # fmt: skip
    if facts is None:
        return columns
    setup = ModelSetup.of(config, table)
    return columns | {
        "data": setup.dataset.label, "batch": config.batch_size, "metric": setup.metric,
        "examples": examples_seen(steps, facts.n_examples, config.batch_size),
        "parameters": facts.card.parameters, "flops": facts.card.flops,
    }  # fmt: skip
