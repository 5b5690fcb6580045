"""What a random walk's components explain: against closed forms and walks that are simulated."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry.landscape import explained, principal
from core.geometry.random_walk import random_walk_shares


def test_looked_at_evenly_the_shares_are_those_of_the_closed_form() -> None:
    """Eigenvalue k of the matrix min(i, j), n x n, is 1 / (4 sin^2((2 k - 1) pi / (4 n + 2))); trace n (n + 1) / 2."""
    for n in (3, 40, 1000):
        angles = (2 * np.array([1, 2]) - 1) * np.pi / (4 * n + 2)
        expected = 1 / (4 * np.sin(angles) ** 2) / (n * (n + 1) / 2)
        assert random_walk_shares(range(0, 7 * n + 1, 7)) == pytest.approx(tuple(expected), rel=1e-9)
    assert random_walk_shares(range(1001)) == pytest.approx((8 / np.pi**2, 8 / (9 * np.pi**2)), rel=2e-3)


@pytest.mark.parametrize("steps", [[*range(0, 640, 10)], [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]], ids=["even", "uneven"])
def test_walks_in_many_dimensions_have_these_shares(steps: list[int]) -> None:
    rng = np.random.default_rng(3)
    walk = np.cumsum(rng.normal(size=(steps[-1] + 1, 4000)), axis=0)[steps]
    moved = walk - walk[-1]
    assert random_walk_shares(steps) == pytest.approx(explained(moved, principal(moved)), abs=0.02)


def test_of_two_points_one_direction_explains_all() -> None:
    assert random_walk_shares([0, 5]) == (1.0, 0.0)
