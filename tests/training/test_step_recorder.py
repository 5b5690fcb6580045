"""Sums of squares against NumPy, for tensors of every shape and with numbers that are not finite."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.training.step_recorder import sum_of_squares

SHAPES = ((), (1,), (7,), (31,), (32,), (257,), (8, 8), (31, 2, 31), (64, 64), (3, 3, 16, 32), (97, 89), (1000, 1001))


@pytest.mark.parametrize("by_xla", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_sum_of_squares_is_numpys(shape: tuple[int, ...], by_xla: bool) -> None:
    numbers = np.random.default_rng(3).normal(size=shape)
    found = tf.function(sum_of_squares, jit_compile=by_xla)(tf.constant(numbers, tf.float32))
    assert found.shape == ()
    assert float(found) == pytest.approx(float((numbers.astype("float32").astype(float) ** 2).sum()), rel=1e-6)


@pytest.mark.parametrize("by_xla", [True, False])
@pytest.mark.parametrize("place", [0, 4095, 4096, 9000])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e30])
def test_one_number_that_is_not_finite_or_whose_square_is_not_shows(number: float, place: int, by_xla: bool) -> None:
    numbers = np.ones(9001, np.float32)
    numbers[place] = number
    found = tf.function(sum_of_squares, jit_compile=by_xla)(tf.constant(numbers))
    assert not np.isfinite(float(found))
