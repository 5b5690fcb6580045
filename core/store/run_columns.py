"""A run on a page as the columns of a kept run."""

from __future__ import annotations

import time
from dataclasses import astuple
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.config.training_config import FIELDS
from core.metric import metric
from core.runs.past.setting_changes import TOTAL_STEPS
from core.runs.status import Status
from core.versions import versions

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.runs.any_run import AnyRun
    from core.runs.past.branch import Branch
    from core.runs.recorded_columns import RecordedColumns
    from core.runs.run_summary import RunSummary

STATES = {Status.FINISHED: "finished", Status.DIVERGED: "diverged", Status.FAILED: "failed", Status.PLAYING: "playing"}


class Subject(Protocol):
    """A run and what is known of it, to be recorded."""

    @property
    def run(self) -> AnyRun:
        """The run."""

    @property
    def config(self) -> TrainingConfig:
        """Its settings as they are now."""

    @property
    def branch(self) -> Branch | None:
        """Where it branched off, if it began with the weights of another run."""

    @property
    def updates_per_epoch(self) -> int:
        """How many updates an epoch has."""

    def summary(self) -> RunSummary | None:
        """The run in numbers; None for a surface, and before its model is built."""


def setup_of(config: TrainingConfig) -> dict[str, Any]:
    """The columns that say what a run was made of, and that it was written now."""
    return {
        "updated": time.time(), "problem": config.problem, "family": config.family, "optimizer": config.optimizer,
        "seed": config.seed, "learning_rate": config.learning_rate,
        "settings": {name: getattr(config, name) for name in FIELDS}, "versions": versions(),
    }  # fmt: skip


def facts_of(subject: Subject) -> dict[str, Any]:
    """The columns that say what the run is and where it stands, without what its history and its parent say."""
    run, config, summary = subject.run, subject.config, subject.summary()
    changes = [[mark.step, mark.name, mark.old, mark.new] for mark in run.marks if mark.name != TOTAL_STEPS]
    facts = setup_of(config) | {
        "state": STATES.get(run.status, "paused"), "changes": changes, "replay": _replay(run),
        "steps": run.step, "seconds": run.seconds_played, "cpu_seconds": run.cpu_seconds,
        "steps_per_epoch": subject.updates_per_epoch,
    }  # fmt: skip
    return facts if summary is None else facts | _of_model(summary, config)


def _replay(run: AnyRun) -> dict[str, Any]:
    return {"changes": [list(astuple(change)) for change in run.live.asked], "program": run.program}


def _of_model(summary: RunSummary, config: TrainingConfig) -> dict[str, Any]:
    return {
        "data": summary.data, "batch": config.batch_size, "examples": summary.examples,
        "parameters": summary.parameters, "flops": summary.flops, "metric": summary.metric,
        "validated_on": summary.validated_on,
    }  # fmt: skip


def results_of(history: RecordedColumns, metric_name: str) -> dict[str, Any]:
    """The columns that a history says: its updates, and the last and the best loss and metric with their steps."""
    results = _last_and_best(history, "loss", "loss", "best_loss")
    if len(history.get("step", ())):
        results["steps"] = int(history["step"][-1]) + 1  # the page may have seen fewer of them
    results |= _last_and_best(history, "validation_loss", "validation_loss", "best_validation_loss")
    sign = -1 if metric_name and not metric(metric_name).falls else 1
    results |= _last_and_best(history, "validation_metric", "validation_metric", "best_metric", sign)
    if "parameters" in history:
        results["parameters"] = history["parameters"].shape[1]
    return results


def _last_and_best(history: RecordedColumns, name: str, last: str, best: str, sign: int = 1) -> dict[str, Any]:
    """The last value of a series, and the lowest finite one with its step; the highest if `sign` is -1."""
    values = history[name] if name in history else np.empty(0)
    if not len(values):
        return {}
    finite = np.flatnonzero(np.isfinite(values))
    results: dict[str, Any] = {last: float(values[-1])}
    if len(finite):
        place = finite[np.argmin(sign * values[finite])]
        results |= {best: float(values[place]), f"{best}_step": int(history.steps(name)[place])}
    return results
