"""The newest observation of a run's trainer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from core.training.step_record import Observation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.training.trainer import Trainer


class Observer:
    """Keeps the newest `observation` and when it was made, in unix seconds; None before the first.

    `is_current` is False after the trainer has made further updates.
    """

    def __init__(self) -> None:
        self.observation: Observation | None = None
        self.observed_at: float | None = None
        self.is_current = False

    def observe(self, trainer: Trainer, last: Mapping[str, float] | None = None) -> Observation:
        """Observes `trainer` and returns that; `last` is the record of its last update, if it made one."""
        self.observed_at = time.time()
        if last is None or not trainer.layer_names:
            self.observation = trainer.observe()
        else:
            # A look at a model costs as much as an update; the last one's record is there already.
            self.observation = _recalled(trainer, last)
        self.is_current = True
        return self.observation


def _recalled(trainer: Trainer, last: Mapping[str, float]) -> Observation:
    """The state of a trainer of many parameters, with loss and gradient norm as its last update found them."""
    nothing, hessian = np.empty(0), np.empty((0, 0))
    norm = last["gradient_norm"]
    return Observation(trainer.step, nothing, last["loss"], nothing, hessian, {}, trainer.hyper(), None, norm)
