"""How sure one can be: the intervals and the test against their definitions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from core.artifacts.comparison import Difference, Share, confusion
from core.artifacts.pareto import dominated

Z = 1.959963984540054


@pytest.mark.parametrize(("right", "total"), [(349, 359), (0, 10), (10, 10), (1, 2), (5000, 10000)])
def test_the_ends_of_wilsons_interval_are_where_the_score_test_just_rejects(right: int, total: int) -> None:
    """The interval is the p for which (right / n - p)^2 <= z^2 p (1 - p) / n: both ends are roots of that quadratic."""
    share = right / total
    roots = np.roots([1 + Z**2 / total, -(2 * share + Z**2 / total), share**2]).real
    assert Share(right, total).interval == pytest.approx(sorted(roots), abs=1e-7)


@pytest.mark.parametrize(("lost", "won"), [(0, 0), (1, 0), (5, 1), (3, 3), (0, 12), (40, 20), (700, 800)])
def test_mcnemars_p_value_is_that_of_fair_coins_exactly(lost: int, won: int) -> None:
    n = lost + won
    tail = sum(Fraction(comb(n, k), 2**n) for k in range(min(lost, won) + 1))
    assert Difference(lost, won, n, 2000).p_value == pytest.approx(float(min(2 * tail, Fraction(1))), rel=1e-9)


def test_a_difference_counts_what_became_wrong_and_what_became_right() -> None:
    truths, before, after = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 0, 1]), np.array([0, 1, 1, 1, 0])
    assert Difference.between(before, after, truths) == Difference(lost=1, won=1, changed=3, total=5)


def test_a_large_difference_is_sure_and_a_small_one_is_not() -> None:
    assert Difference(20, 2, 22, 359).is_sure
    assert not Difference(5, 1, 6, 359).is_sure


def test_a_confusion_matrix_counts_each_pair() -> None:
    rng = np.random.default_rng(0)
    truths, answers = rng.integers(0, 4, (2, 50))
    counted = [[sum((truths == i) & (answers == j)) for j in range(4)] for i in range(4)]
    assert confusion(truths, answers, 4).tolist() == counted


def test_what_is_dominated_is_beaten_by_one_that_is_on_the_staircase() -> None:
    rng = np.random.default_rng(1)
    points = [(float(cost), float(accuracy)) for cost, accuracy in rng.integers(0, 12, (60, 2))]
    best_at = {cost: max(a for c, a in points if c <= cost) for cost, _accuracy in points}
    cheapest = {a: min(c for c, other in points if other >= a) for _cost, a in points}
    on_front = [a == best_at[c] and c == cheapest[a] for c, a in points]
    assert dominated(points) == [not front for front in on_front]
