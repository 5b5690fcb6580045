"""Units that are removed: the smaller model is the larger one with these units at zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.pruning.units import (
    UnitMasks,
    kept_units,
    parameters_left,
    scores,
    share_of_units,
    unit_groups,
    without_units,
)
from tests.support.learners import learner_of

if TYPE_CHECKING:
    from collections.abc import Callable

RNG = np.random.default_rng(0)
L = keras.layers


def flattened() -> keras.Model:
    inputs = keras.Input((8, 8, 2))
    x = L.MaxPooling2D()(L.Conv2D(6, 3, padding="same", activation="relu", name="seen")(inputs))
    return keras.Model(inputs, L.Dense(3, name="head")(L.Flatten()(x)))


def normalized() -> keras.Model:
    inputs = keras.Input((8, 8, 2))
    x = L.ReLU()(L.BatchNormalization()(L.Conv2D(6, 3, name="seen")(inputs)))
    x = L.Dropout(0.5)(L.Conv2D(5, 3, activation="tanh", name="then")(x))
    model = keras.Model(inputs, L.Dense(3, name="head")(L.GlobalAveragePooling2D()(x)))
    return model


def dense() -> keras.Model:
    return keras.Sequential([keras.Input((7,)), L.Dense(9, "relu"), L.Dense(8, "relu"), L.Dense(4)])


@pytest.mark.parametrize("build", [flattened, normalized, dense])
@pytest.mark.parametrize("share", [0.0, 0.34, 0.8, 1.0])
def test_the_smaller_model_answers_as_the_larger_one_with_its_units_at_zero(
    build: Callable[[], keras.Model], share: float
) -> None:
    keras.utils.set_random_seed(3)
    model = build()
    for variable in model.variables:  # biases, scales and averages too
        variable.assign(variable.numpy() + RNG.random(variable.shape).astype(variable.dtype))
    x = RNG.normal(size=(5, *model.input_shape[1:])).astype(np.float32)
    masks = UnitMasks(model)
    masks.prune(share)
    smaller = without_units(model, masks.kept)
    np.testing.assert_allclose(smaller.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-5)
    assert smaller.count_params() == parameters_left(model, share)
    assert all(smaller.get_layer(name).kernel.shape[-1] == kept.sum() >= 1 for name, kept in masks.kept.items())


def test_the_units_with_the_smallest_products_of_norms_go_first() -> None:
    model = dense()
    group = unit_groups(model)[0]
    first, second = (model.get_layer(name).kernel.numpy() for name in (group.layer, group.reader))
    products = np.linalg.norm(first, axis=0) * np.linalg.norm(second, axis=1)
    np.testing.assert_allclose(scores(model, group), products, rtol=1e-6)
    gone = ~kept_units(model, 0.5)[group.layer]
    assert products[gone].max() < products[~gone].min()


def test_multiplying_on_one_side_and_dividing_on_the_other_changes_no_score() -> None:
    model = dense()
    group = unit_groups(model)[0]
    before = scores(model, group)
    first, second = model.get_layer(group.layer).kernel, model.get_layer(group.reader).kernel
    first.assign(first.numpy() * 8)
    second.assign(second.numpy() / 8)
    np.testing.assert_allclose(scores(model, group), before, rtol=1e-6)


@pytest.mark.parametrize("sparsity", [0.3, 0.8, 0.95])
def test_the_share_of_units_is_the_smallest_that_removes_so_many_parameters(sparsity: float) -> None:
    model = learner_of("digits", family="cnn", examples=200, size=20_000).objective.model
    total, share = model.count_params(), share_of_units(model, sparsity)
    most = (1 - sparsity) * total
    smallest_group = max(group.units for group in unit_groups(model))
    assert parameters_left(model, share) <= most < parameters_left(model, share - 1 / smallest_group)


def test_what_two_layers_read_or_what_is_added_to_something_is_no_group() -> None:
    inputs = keras.Input((4,))
    x = L.Dense(4, name="added")(inputs)
    shared = L.Dense(5, name="shared")(inputs + x)
    model = keras.Model(inputs, L.Dense(2)(shared) + L.Dense(2)(shared))
    assert unit_groups(model) == ()


def test_a_transformer_loses_units_of_its_feed_forward_layers_alone() -> None:
    model = learner_of("digits", family="transformer", examples=200, size=5000).objective.model
    smaller = without_units(model, kept_units(model, 0.5))
    assert smaller.count_params() == parameters_left(model, 0.5) < model.count_params()
    assert smaller.output_shape == model.output_shape
