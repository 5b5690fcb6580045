"""The runs of an experiment are kept runs, which the list shows and the chart draws when asked to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.learning.setup import ModelSetup
from core.store.run_columns import results_of, versions

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.engines.pool import RunFuture
    from core.store.run_store import RunStore


def keep(store: RunStore, future: RunFuture, name: str) -> str:
    """Keeps a run that has ended, under `name` and hidden in the chart until somebody draws it; returns its id."""
    recorded, config = future.result(), future.config
    steps = len(recorded["step"]) if "step" in recorded else 0
    state = "diverged" if future.diverged else "finished"
    columns = {
        "started": future.began, "updated": time.time(), "state": state, "problem": config.problem,
        "family": config.family, "optimizer": config.optimizer, "seed": config.seed,
        "learning_rate": config.learning_rate, "settings": {field: getattr(config, field) for field in FIELDS},
        "versions": versions(), "steps": steps, "seconds": max(0.0, future.ended - future.began),
        "steps_per_epoch": steps / config.epochs if state == "finished" else None, **_of_model(config),
    }  # fmt: skip
    id = store.add(hidden=True, name=name, **columns)
    store.record(id, recorded, **results_of(recorded, str(columns.get("metric", ""))))
    return id


def _of_model(config: TrainingConfig) -> dict[str, Any]:
    if not config.learns:
        return {}
    setup = ModelSetup.of(config)
    return {
        "data": setup.dataset.label, "batch": config.batch_size, "metric": setup.metric, "parameters": setup.parameters
    }  # fmt: skip
