"""Rounding to few bits, against NumPy and against the quantizer's own numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.compression.rounded import coarse, rounded, rounded_objective
from core.pruning.fine_tuning import fine_tune
from tests.support.learners import learner_of

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_coarse_inputs_are_the_nearest_of_so_many_values(bits: int) -> None:
    x = RNG.normal(size=500)
    values = np.linspace(-1, 2, 2**bits)
    nearest = values[np.abs(x[:, None] - values).argmin(1)]
    np.testing.assert_allclose(coarse(x, bits, -1.0, 2.0), nearest, atol=1e-6)


def test_inputs_that_are_all_one_stay_so() -> None:
    assert coarse(np.ones(3), 4, 1.0, 1.0).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_weights_are_rounded_by_channel_and_the_gradient_passes(bits: int) -> None:
    weights = RNG.normal(size=(3, 3, 5, 7)).astype(np.float32)
    variable = tf.Variable(weights)
    with tf.GradientTape() as tape:
        value = rounded(variable, bits)
        total = tf.reduce_sum(value * weights)
    steps = np.abs(weights).max((0, 1, 2)) / (2 ** (bits - 1) - 1)
    np.testing.assert_allclose(value.numpy(), np.round(weights / steps) * steps, atol=1e-5)
    np.testing.assert_allclose(tape.gradient(total, variable).numpy(), weights, atol=1e-6)


def test_a_model_trained_for_few_bits_loses_less_by_rounding_than_one_that_was_not() -> None:
    lost = {}
    for aware in (False, True):
        learner = learner_of("digits", family="mlp", size=3000)
        objective, split = learner.objective, learner.split
        fine_tune(rounded_objective(objective, 3) if aware else objective, 600)
        for variable in objective.variables:
            if variable.name == "kernel":
                variable.assign(rounded(variable.value, 3))
        lost[aware] = float(np.mean(objective.predict(split.x_val).argmax(-1) != split.y_val))
    assert lost[True] < lost[False]
