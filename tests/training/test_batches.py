"""Mini-batches: every example once an epoch, the same sequence however it is cut."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.batches import Batches


def drawn(batches: Batches, *counts: int) -> np.ndarray:
    """All rows of successive takes of `counts` batches."""
    parts = []
    for count in counts:
        parts.append(batches.peek(count).copy())
        batches.take(count)
    return np.concatenate(parts)


def test_every_epoch_visits_every_example_once() -> None:
    batches = Batches(10, 4, seed=1)
    assert batches.per_epoch == 3
    for _ in range(5):
        rows = drawn(batches, 3)
        assert sorted(rows[rows >= 0]) == list(range(10))


def test_only_the_end_of_a_short_last_batch_is_padded() -> None:
    rows = drawn(Batches(10, 4, seed=1), 3)
    assert (rows == -1).tolist() == [[False] * 4, [False] * 4, [False, False, True, True]]
    assert rows.dtype == np.int32


def test_without_shuffling_examples_come_in_order() -> None:
    rows = drawn(Batches(5, 2, shuffle=False), 6)
    assert rows.tolist() == [[0, 1], [2, 3], [4, -1]] * 2


def test_epochs_are_shuffled_differently() -> None:
    rows = drawn(Batches(100, 100, seed=1), 2)
    assert not np.array_equal(rows[0], rows[1])


@pytest.mark.parametrize("cuts", [(1,) * 20, (3, 4, 13), (19, 1), (20,), (7, 0, 13)])
def test_the_sequence_does_not_depend_on_how_it_is_cut(cuts: tuple[int, ...]) -> None:
    assert np.array_equal(drawn(Batches(10, 4, seed=5), *cuts), drawn(Batches(10, 4, seed=5), 20))


def test_peeking_takes_nothing() -> None:
    batches = Batches(10, 3, seed=2)
    first = batches.peek(9).copy()
    assert np.array_equal(batches.peek(2), first[:2])
    assert np.array_equal(drawn(batches, 9), first)


def test_the_seed_decides_the_sequence() -> None:
    first, same, other = (drawn(Batches(50, 8, seed=s), 7) for s in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_a_batch_larger_than_the_data_is_the_data() -> None:
    batches = Batches(3, 100, shuffle=False)
    assert batches.peek(1).tolist() == [[0, 1, 2]]
