"""Kept runs handed on to MLflow, which is an extra: `pip install -e .[mlflow]`. It is imported when it is asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from core.export.tracked_run import curves_of, facts_of, results_of, settings_of
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.export.tracked_run import TrackedRun

EXPERIMENT = "Descent Lab"
AT_ONCE = 1000  # metrics in one request: MLflow takes no more
PARAMS_AT_ONCE = 100
ENDED = {"finished": "FINISHED", "failed": "FAILED", "diverged": "FAILED", "playing": "RUNNING"}


def write_mlflow(runs: Iterable[TrackedRun], tracking_uri: str, experiment: str = EXPERIMENT) -> list[str]:
    """Makes an MLflow run of each of `runs` at `tracking_uri` and returns the ids that MLflow gives them.

    Settings are its params, results and curves its metrics. A result that is not known is a tag "none", since MLflow
    keeps no nan in every store.

    Raises:
        ConfigError: MLflow is not installed.
    """
    client = _client(tracking_uri)
    found = client.get_experiment_by_name(experiment)
    place = client.create_experiment(experiment) if found is None else found.experiment_id
    return [_write(client, place, run) for run in runs]


def _client(tracking_uri: str) -> Any:
    try:
        from mlflow.tracking import MlflowClient
    except ImportError as error:
        raise ConfigError(_("MLflow is not installed: pip install mlflow-skinny.")) from error
    return MlflowClient(tracking_uri)


def _write(client: Any, experiment: str, run: TrackedRun) -> str:
    from mlflow.entities import Metric, Param

    at = int(run.started * 1000)
    made = client.create_run(experiment, start_time=at, run_name=run.title, tags=_tags(run)).info.run_id
    params = [Param(name, text) for name, text in settings_of(run).items()]
    for part in _parts(params, PARAMS_AT_ONCE):
        client.log_batch(made, params=part)
    rows = [(name, value, 0) for name, value in _known_results(run).items()]
    rows += [row for name, steps, values in curves_of(run) for row in _finite(name, steps.tolist(), values.tolist())]
    for part in _parts([Metric(name, value, at, step) for name, value, step in rows], AT_ONCE):
        client.log_batch(made, metrics=part)
    client.set_terminated(made, ENDED.get(run.state, "KILLED"), end_time=at + int(1000 * results_of(run)["seconds"]))
    return made


def _tags(run: TrackedRun) -> dict[str, str]:
    unknown = {f"result.{name}": "none" for name, value in results_of(run).items() if not math.isfinite(value)}
    return facts_of(run) | unknown | {"descent_lab_id": run.id}


def _known_results(run: TrackedRun) -> dict[str, float]:
    return {f"result.{name}": value for name, value in results_of(run).items() if math.isfinite(value)}


def _finite(name: str, steps: list[int], values: list[float]) -> list[tuple[str, float, int]]:
    return [(name, value, step) for step, value in zip(steps, values, strict=True) if math.isfinite(value)]


def _parts(rows: list[Any], size: int) -> Iterator[list[Any]]:
    for first in range(0, len(rows), size):
        yield rows[first : first + size]
