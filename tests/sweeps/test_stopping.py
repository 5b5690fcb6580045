"""What stopping now would lose: against the true gain of further draws, and by counting subsets."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from core.sweeps.stopping import expected_gain


def test_it_is_the_mean_over_all_subsets() -> None:
    losses = [5.0, 1.0, 3.0, 2.0, 9.0, 4.0]
    left = 6  # k = 36 / 12 = 3
    lowest = [min(subset) for subset in combinations(losses, 3)]
    assert expected_gain(losses, left) == pytest.approx(np.mean(lowest) - 1.0)


@pytest.mark.parametrize("left", [10, 30])
def test_on_average_it_is_near_the_true_gain_of_random_search(left: int) -> None:
    rng = np.random.default_rng(7)
    expected, true = [], []
    for _draw in range(3000):
        losses = rng.uniform(size=30 + left) ** 0.5  # a distribution with few good draws
        gain = expected_gain(losses[:30], left)
        assert gain is not None
        expected.append(gain)
        true.append(losses[:30].min() - losses.min())
    assert np.mean(expected) == pytest.approx(np.mean(true), rel=0.6)
    assert np.mean(expected) >= np.mean(true)  # it does not make stopping look cheaper than it is


def test_nothing_is_lost_where_nothing_is_left_and_nothing_said_of_few() -> None:
    assert expected_gain([3.0, 2.0, 4.0, 1.0], 0) == 0
    assert expected_gain([3.0, 2.0, 4.0], 5) is None
    assert expected_gain([math.inf] * 6, 5) is None
    assert expected_gain([math.nan, math.inf, 3.0, 2.0, 4.0, 1.0], 6) == pytest.approx(0.4, abs=0.4)
