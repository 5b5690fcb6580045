"""Copies of the weights along a run: first and latest kept, ever further apart, in bounded memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import tensorflow as tf

from core.geometry import weight_path
from core.geometry.weight_path import WeightPathProbe

if TYPE_CHECKING:
    import pytest

    from core.training.trainer_snapshot import TrainerSnapshot


class Walk:
    """A run, as far as the probe needs it: after step t all of its weights are t."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        self.initial = tuple(np.zeros(shape, "float32") for shape in shapes)

    def go(self, step: int) -> TrainerSnapshot:
        weights = [tf.fill(start.shape, np.float32(step)) for start in self.initial]
        return cast("TrainerSnapshot", SimpleNamespace(step=step, weights=weights, objective=self))


def test_a_copy_holds_all_weights_of_its_step_and_later_steps_do_not_change_it() -> None:
    walk, probe = Walk((2, 3), (4,)), WeightPathProbe()
    paths = [probe.look(walk.go(step)) for step in (0, 1, 5)]
    assert paths[-1].steps == (0, 1, 5)
    assert paths[0].steps == (0,)
    for step, point in zip(paths[-1].steps, paths[-1].points, strict=True):
        assert point.dtype == np.float32
        assert np.array_equal(point, np.full(10, step))


def test_a_long_run_keeps_its_first_step_and_few_evenly_spaced_ones() -> None:
    walk, probe = Walk((2,)), WeightPathProbe()
    for step in range(3000):
        path = probe.look(walk.go(step))
        assert len(path.steps) <= 64
    gaps = np.diff(path.steps)
    assert path.steps[0] == 0
    assert set(gaps) == {64}
    assert 2999 - path.steps[-1] < 64
    assert len(path.steps) > 32


def test_large_weights_are_kept_in_as_many_copies_as_the_bytes_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_path, "MOST_BYTES", 4000)
    walk, probe = Walk((100,)), WeightPathProbe()
    for step in range(100):
        path = probe.look(walk.go(step))
        assert sum(point.nbytes for point in path.points) <= 4000
    assert path.steps[0] == 0
    assert len(path.steps) > 4


def test_a_forgotten_path_begins_again() -> None:
    walk, probe = Walk((2,)), WeightPathProbe()
    for step in range(200):
        probe.look(walk.go(step))
    probe.forget()
    assert probe.look(walk.go(0)).steps == (0,)
    assert probe.look(walk.go(1)).steps == (0, 1)


def test_a_path_first_looked_at_late_still_begins_at_the_start() -> None:
    path = WeightPathProbe().look(Walk((2, 3), (4,)).go(3))
    assert path.steps == (0, 3)
    assert [point.tolist() for point in path.points] == [[0] * 10, [3] * 10]
