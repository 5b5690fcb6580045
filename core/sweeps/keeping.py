"""Trials are kept runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.experiments.kept_results import Result, keep_result

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.store.run_store import RunStore
    from core.sweeps.trial import Trial
    from core.sweeps.workers import Outcome


def keep(store: RunStore, table: Dataset | None, trial: Trial, outcome: Outcome) -> str:
    """Keeps a trial as a run, hidden in the list's chart until somebody draws it; returns the run's id."""
    state = "paused" if trial.state in ("pruned", "stopped") else trial.state
    result = Result(trial.config, outcome.history, state, outcome.began, outcome.ended, outcome.facts, table)
    return keep_result(store, result)
