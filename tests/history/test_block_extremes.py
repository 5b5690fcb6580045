"""Extremes: whatever they leave out lies between two rows that they keep."""

import numpy as np
import pytest

from core.history.block_extremes import BLOCK, Extremes
from core.history.history import ROWS_A_POINT, History


def column(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).astype(np.float32)


@pytest.mark.parametrize("n", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 10 * BLOCK, 10 * BLOCK + 7])
def test_the_first_the_newest_and_the_extremes_of_every_block_are_candidates(n: int) -> None:
    values = column(n)
    rows = Extremes().candidates(values)
    assert (np.diff(rows) >= 0).all()
    assert (rows[0], rows[-1]) == (0, n - 1)
    for start in range(0, n, BLOCK):
        inside = rows[(rows >= start) & (rows < start + BLOCK)]
        block = values[start : start + BLOCK]
        assert (values[inside].min(), values[inside].max()) == (block.min(), block.max())


def test_few_rows_stand_for_many() -> None:
    assert len(Extremes().candidates(column(1000 * BLOCK))) < 3 * 1000


def test_what_is_asked_bit_by_bit_is_what_is_asked_at_once() -> None:
    values, growing = column(50 * BLOCK), Extremes()
    for n in range(1, len(values), 997):
        found = growing.candidates(values[:n])
        np.testing.assert_array_equal(found, Extremes().candidates(values[:n]))


def test_forgotten_rows_are_read_anew() -> None:
    extremes = Extremes()
    extremes.candidates(column(20 * BLOCK))
    extremes.forget()
    other = column(30 * BLOCK, seed=1)
    np.testing.assert_array_equal(extremes.candidates(other), Extremes().candidates(other))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_a_candidate_and_so_is_the_lowest_beside_it(bad: float) -> None:
    values = column(3 * BLOCK)
    values[BLOCK + 5] = bad
    rows = Extremes().candidates(values)
    assert BLOCK + 5 in rows
    others = np.delete(np.arange(BLOCK, 2 * BLOCK), 5)
    assert others[values[others].argmin()] in rows


def test_a_view_of_a_full_history_that_was_looked_at_all_along_shows_its_rows_and_its_spikes() -> None:
    n_points, capacity = 10, 4 * ROWS_A_POINT * 10
    watched = History({"step": np.int64, "loss": np.float32}, capacity)
    kept = History({"step": np.int64, "loss": np.float32}, capacity)
    losses = column(5 * capacity // 2, seed=2)
    losses[::3001] += 20
    for first in range(0, len(losses), 777):
        rows = {"step": np.arange(first, min(first + 777, len(losses))), "loss": losses[first : first + 777]}
        watched.append(**rows)
        kept.append(**rows)
        watched.view(n_points)
    view, unwatched = watched.view(n_points), kept.view(n_points)
    np.testing.assert_array_equal(view["loss"], losses[view["step"]])
    np.testing.assert_array_equal(view["step"], unwatched["step"])
    assert (view["step"][0], view["step"][-1]) == (0, len(losses) - 1)
    assert view["loss"].max() > 15
