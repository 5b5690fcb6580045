"""Zeros that hold, whatever the optimizer, in one compiled program."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.optimizers.registry import OPTIMIZERS
from core.pruning.masks import Masks, magnitude_masks, prunable
from tests.support.learners import learner_of, trainer_of

RNG = np.random.default_rng(0)


def test_a_mask_keeps_the_largest_of_all_layers_or_of_each() -> None:
    values = [RNG.normal(size=(5, 8)), 10 * RNG.normal(size=30)]
    whole = magnitude_masks(values, 0.5)
    threshold = np.sort(np.abs(np.concatenate([value.ravel() for value in values])))[35]
    assert all(np.array_equal(mask, np.abs(value) >= threshold) for mask, value in zip(whole, values, strict=True))
    assert [int(mask.sum()) for mask in magnitude_masks(values, 0.5, by_layer=True)] == [20, 15]


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.99, 1.0])
def test_the_share_of_zeros_is_what_was_asked_for(sparsity: float) -> None:
    (mask,) = magnitude_masks([RNG.normal(size=1000)], sparsity)
    assert np.count_nonzero(~mask) == round(1000 * sparsity)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_zeros_stay_zero_under_every_optimizer_and_other_weights_move(optimizer: str) -> None:
    learner = learner_of("digits", family="mlp", examples=200, optimizer=optimizer, learning_rate=0.01)
    model = learner.objective.model
    trainer, masks = trainer_of(learner), Masks(model)
    trainer.advance(10)  # moments from before the mask push too
    masks.prune(0.7)
    before = [variable.numpy() for variable in prunable(model)]
    trainer.advance(30)
    after = [variable.numpy() for variable in prunable(model)]
    assert all(np.all(now[was == 0] == 0) for was, now in zip(before, after, strict=True))
    moved = [now[was != 0] != was[was != 0] for was, now in zip(before, after, strict=True)]
    assert np.concatenate(moved).mean() > 0.9  # all but those of units that are dead
    assert masks.sparsity() == pytest.approx(0.7, abs=0.01)


def test_another_sparsity_compiles_nothing_anew() -> None:
    learner = learner_of("digits", family="mlp", examples=200)
    trainer, masks = trainer_of(learner), Masks(learner.objective.model)
    trainer.advance(5)
    traced = traces(trainer.loop)
    for sparsity in (0.2, 0.5, 0.9, 0.4):
        masks.prune(sparsity)
        trainer.advance(5)
        assert masks.sparsity() == pytest.approx(max(sparsity, 0), abs=0.01)
    assert traces(trainer.loop) == traced


def traces(loop: object) -> list[int]:
    """How often each compiled function of the loop was traced."""
    functions = [value for value in vars(loop).values() if hasattr(value, "experimental_get_tracing_count")]
    found = [function.experimental_get_tracing_count() for function in functions]
    assert sum(found) > 0
    return found


def test_a_lifted_mask_lets_weights_go() -> None:
    learner = learner_of("digits", family="mlp", examples=200)
    masks = Masks(learner.objective.model)
    masks.prune(0.9)
    masks.lift()
    trainer_of(learner).advance(10)
    assert masks.sparsity() < 0.5


def test_biases_and_normalizations_are_left_alone() -> None:
    layers = [keras.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    assert [variable.name for variable in prunable(keras.Sequential(layers))] == ["kernel", "kernel"]
