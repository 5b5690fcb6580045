"""A `fit` that a callback watches as the columns of a kept run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from core.user_models.compiled_optimizer import KNOWN
from core.versions import versions
from core.watching.fit_state import FitState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras

    from core.watching.fit_record import FitRecord

PROBLEM = "fit"  # no problem of the menu: such a run cannot be opened as a page
STATES = {
    FitState.RUNNING: "playing",
    FitState.FINISHED: "finished",
    FitState.FAILED: "failed",
}


def facts_of_fit(model: keras.Model, record: FitRecord, params: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """The columns that say what is fitted and where it stands; `params` are those that Keras tells callbacks."""
    optimizer, rate, progress = _optimizer(model), record.progress.rate, record.progress
    settings = {"problem": PROBLEM, "optimizer": optimizer, "learning_rate": rate, "epochs": params.get("epochs", 1)}
    changes = [[mark.step, mark.name, mark.old, mark.new] for mark in record.live.marks]
    return {
        "updated": time.time(), "state": STATES.get(progress.state, "paused"), "problem": PROBLEM,
        "family": model.name, "optimizer": optimizer, "learning_rate": rate, "settings": settings,
        "changes": changes, "versions": versions(), "data": model.name, "steps": record.step, "seconds": seconds,
        "steps_per_epoch": params.get("steps") or progress.batches, "parameters": model.count_params(),
        "metric": record.metrics[0] if record.metrics else "",
    }  # fmt: skip


def _optimizer(model: keras.Model) -> str:
    """The optimizer's name in the menu, or else that of its class."""
    kind = type(model.optimizer).__name__
    return KNOWN[kind][0] if kind in KNOWN else kind
