"""Zeros of a pruned model are held while it is trained further, and by every later pruning."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.pruning.fine_tuning import fine_tune, objective_of
from core.pruning.masks import Masks
from core.pruning.zeros import held, kept_weights, zeros_in


@pytest.fixture
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8, "relu", name="a"), keras.layers.Dense(3, name="b")]
    return keras.Sequential([keras.Input((6,)), *layers])


def pruned(model: keras.Model) -> np.ndarray:
    """Where the first kernel is zero from now on."""
    layer = model.get_layer("a")
    kernel, bias = layer.get_weights()
    gone = np.indices(kernel.shape).sum(0) % 2 == 0  # no unit loses all, which would never move again
    layer.set_weights([np.where(gone, 0, kernel), bias])
    return gone


def test_they_are_found_in_the_matrices_alone(model: keras.Model) -> None:
    gone = pruned(model)
    kept = kept_weights(model)  # biases begin at zero, and are not among them
    assert list(kept) == [model.get_layer("a").kernel.path]
    np.testing.assert_array_equal(next(iter(kept.values())), ~gone)
    assert zeros_in(kept) == gone.sum()


def test_they_stay_while_it_is_trained_and_all_others_move(model: keras.Model) -> None:
    gone = pruned(model)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 6)).astype(np.float32), rng.integers(3, size=60)
    objective = objective_of(model, x, y)
    before = model.get_layer("a").kernel.numpy()
    with held(objective.variables, kept_weights(model)):
        fine_tune(objective, 20)
    after = model.get_layer("a").kernel.numpy()
    np.testing.assert_array_equal(after == 0, gone)
    assert (after != before)[~gone].all()
    assert all(variable.constraint is None for variable in model.trainable_variables)
    fine_tune(objective_of(model, x, y), 20)  # what they are held by is gone again
    assert (model.get_layer("a").kernel.numpy() != 0).any(where=gone)


def test_a_later_pruning_to_a_smaller_share_frees_none_of_them(model: keras.Model) -> None:
    gone = pruned(model)
    kept = kept_weights(model)
    model.get_layer("a").kernel.assign(np.where(gone, 100.0, model.get_layer("a").kernel.numpy()))
    Masks(model, kept).prune(0.1)
    assert (model.get_layer("a").kernel.numpy()[gone] == 0).all()
