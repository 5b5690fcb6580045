from __future__ import annotations

import numpy as np

from core.snapshots.snapshots import Snapshots
from core.snapshots.trainer_state import TrainerState


def state(step: int, numbers: int = 10) -> TrainerState:
    return TrainerState(step, (np.arange(numbers, dtype=np.float32),))


def filled(steps: int, **limits: int) -> Snapshots:
    snapshots = Snapshots(**limits)
    for step in range(steps):
        if snapshots.is_due(step):
            snapshots.add(state(step))
    return snapshots


def test_there_are_never_more_than_allowed_and_they_stay_evenly_apart() -> None:
    snapshots = filled(1000, most=16)
    steps = [kept.step for kept in snapshots.states]
    assert steps[0] == 0
    assert 8 <= len(steps) <= 16
    assert len(set(np.diff(steps))) == 1


def test_their_bytes_are_bounded_and_the_first_stays() -> None:
    snapshots = filled(100, most_bytes=200)
    assert snapshots.nbytes <= 200
    assert snapshots.states[0].step == 0
    assert [kept.step for kept in filled(100, most_bytes=1).states] == [0]


def test_the_nearest_one_before_a_step_is_found() -> None:
    snapshots = Snapshots()
    for step in (0, 10, 20):
        snapshots.add(state(step))
    found = [snapshots.before(step) for step in (0, 9, 10, 25)]
    assert [kept.step for kept in found if kept] == [0, 0, 10, 20]
    snapshots.drop_after(10)
    assert [kept.step for kept in snapshots.states] == [0, 10]
