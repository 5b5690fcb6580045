"""The newest observation of a run's trainer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.training.step_record import Observation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.training.trainer import Trainer


class Observer:
    """Keeps the newest observation and when it was made, in unix seconds, as a pair that is replaced as a whole.

    Other threads read it: one that took a new time with an old observation would take that for drawn. `is_current` is
    False after the trainer has made further updates. What a trainer that diverged did is not seen otherwise when its
    settings change: it was made at the rate of then.
    """

    def __init__(self) -> None:
        self.newest: tuple[Observation, float] | tuple[None, None] = None, None
        self.is_current = False
        self._is_last = False  # the trainer had diverged

    @property
    def observation(self) -> Observation | None:
        """The newest observation; None before the first."""
        return self.newest[0]

    @property
    def observed_at(self) -> float | None:
        """When that was made, in unix seconds."""
        return self.newest[1]

    def show(self, observation: Observation) -> None:
        """Keeps `observation` as the newest, made now; another one is wanted all the same."""
        self.newest = observation, time.time()

    def observe(self, trainer: Trainer, last: Mapping[str, float] | None = None) -> Observation:
        """Observes `trainer` and returns that; `last` is the record of its last update, if it made one."""
        at = time.time()
        if trainer.diverged and self._is_last and self.observation is not None:
            self.newest, self.is_current = (self.observation, at), True
            return self.observation
        self._is_last = trainer.diverged
        # A look at a model costs as much as an update; the last one's record is there already.
        observation = trainer.observe() if last is None or not trainer.layer_names else _recalled(trainer, last)
        self.newest = observation, at
        self.is_current = True
        return observation


def _recalled(trainer: Trainer, last: Mapping[str, float]) -> Observation:
    """The state of a trainer of many parameters, with loss and gradient norm as its last update found them."""
    return Observation.of_norms(trainer.step, last["loss"], last["gradient_norm"], trainer.hyper())
