"""The cubic schedule against the paper's formula."""

from __future__ import annotations

import numpy as np
import pytest

from core.pruning.schedule import CubicSchedule


def test_it_is_the_formula_of_zhu_and_gupta() -> None:
    s_i, s_f, t_0, n, dt = 0.1, 0.85, 200, 30, 10
    schedule = CubicSchedule(s_f, t_0, t_0 + n * dt, s_i)
    for t in range(t_0, t_0 + n * dt + 1, dt):
        assert schedule.sparsity(t) == pytest.approx(s_f + (s_i - s_f) * (1 - (t - t_0) / (n * dt)) ** 3)


def test_it_never_falls_and_is_constant_before_and_after() -> None:
    schedule = CubicSchedule.over(800, 0.9)
    values = [schedule.sparsity(t) for t in range(1200)]
    assert np.all(np.diff(values) >= 0)
    assert values[0] == 0
    assert values[600:] == [0.9] * 600


def test_without_updates_it_is_at_its_end_from_the_start() -> None:
    assert CubicSchedule.over(0, 0.7).sparsity(0) == 0.7
