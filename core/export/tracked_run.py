"""A kept run as trackers take it: every field with a value, whatever the run, and its curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

from core.config.training_config import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.runs.recorded_columns import RecordedColumns

MOST_POINTS = 10_000  # of a curve: a tracker takes them one by one
RESULTS = (
    "steps", "seconds", "parameters", "flops", "loss", "best_loss", "best_loss_step", "validation_loss",
    "best_validation_loss", "best_validation_loss_step", "validation_metric", "best_metric", "best_metric_step",
)  # fmt: skip
NOTHING = "none"  # said where a field has no value: trackers drop what is missing, and compare no run without it


class TrackedRun(Protocol):
    """What trackers are told of a run; see `core.store.kept_run.KeptRun`."""

    @property
    def id(self) -> str:
        """Names the run in its store."""

    @property
    def number(self) -> int:
        """Counts a visitor's runs."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def started(self) -> float:
        """When it began, in unix seconds."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """All settings as they were last."""

    @property
    def versions(self) -> Mapping[str, str]:
        """What trained it."""

    @property
    def title(self) -> str:
        """Its name, or else its number."""

    @property
    def history(self) -> RecordedColumns:
        """What was recorded."""


def settings_of(run: TrackedRun) -> dict[str, str]:
    """Every setting as a text, "none" where the run has none."""
    names = dict.fromkeys((*FIELDS, *run.settings))
    return {name: NOTHING if run.settings.get(name) is None else str(run.settings[name]) for name in names}


def results_of(run: TrackedRun) -> dict[str, float]:
    """Every result as a number, nan where the run has none."""
    values = {name: getattr(run, name) for name in RESULTS}
    return {name: math.nan if value is None else float(value) for name, value in values.items()}


def facts_of(run: TrackedRun) -> dict[str, str]:
    """What else is known, as texts."""
    return {"name": run.title, "state": run.state, **{f"version_{name}": said for name, said in run.versions.items()}}


def curves_of(run: TrackedRun) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each recorded series of single numbers: its name, the steps and the values, at most `MOST_POINTS` of its own."""
    history = run.history
    for name in history:
        values = history[name]
        if name != "step" and values.ndim == 1 and len(values):
            steps, numbers = history.steps(name), values.astype(np.float64)
            chosen = _chosen(numbers)
            yield name, steps[chosen], numbers[chosen]


def _chosen(values: np.ndarray) -> np.ndarray:
    if len(values) <= MOST_POINTS:
        return np.arange(len(values))
    finite = np.where(np.isfinite(values), values, np.nanmax(values[np.isfinite(values)], initial=0.0))
    return MinMaxLTTBDownsampler().downsample(finite, n_out=MOST_POINTS)
