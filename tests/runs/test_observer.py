"""The observer's pair: whoever reads it from another thread gets an observation together with its own time."""

from __future__ import annotations

import time
from typing import Any, cast

import numpy as np

from core.runs.observer import Observer
from core.training.step_record import Observation


class ReadingTrainer:
    """A trainer that reads the observer as another thread might, in the middle of being observed."""

    layer_names = ()

    def __init__(self, observer: Observer) -> None:
        self.observer, self.step, self.diverged = observer, 0, False
        self.read: list[Any] = []

    def observe(self) -> Observation:
        self.read.append((self.observer.observation, self.observer.observed_at))
        self.step += 1
        return Observation(self.step, np.zeros(2), 0.0, np.zeros(2), np.eye(2), {}, {}, None)


def test_an_observation_and_its_time_are_replaced_together() -> None:
    observer = Observer()
    trainer = ReadingTrainer(observer)
    began = time.time()
    first = observer.observe(cast("Any", trainer))
    pair = observer.newest
    assert pair[0] is first
    assert pair[1] is not None
    assert began <= pair[1] <= time.time()
    observer.observe(cast("Any", trainer))
    assert trainer.read == [(None, None), pair]
    assert (observer.observation, observer.observed_at) == observer.newest
    assert observer.newest[0] is not first


def test_a_trainer_that_diverged_is_seen_as_it_was_then_until_it_begins_again() -> None:
    observer = Observer()
    trainer: Any = ReadingTrainer(observer)
    trainer.diverged = True
    first = observer.observe(trainer)
    assert observer.observe(trainer) is first
    trainer.diverged = False
    again = observer.observe(trainer)
    assert again is not first
    trainer.diverged = True
    assert observer.observe(trainer) is not again
