"""Optimizers that add up the gradients of several batches before they update: in steps and updates as `fit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.learning.model_objective import ModelObjective
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable

layers = keras.layers
RNG = np.random.default_rng(4)
X = RNG.normal(size=(70, 5)).astype("float32")
TOKENS = np.minimum(RNG.geometric(0.2, (70, 9)), 29)
Y = np.tanh(X @ RNG.normal(size=(5, 1))).astype("float32")
BATCHES, EPOCHS = 5, 2  # ten batches: three updates of three, and a batch that waits
TOGETHER = 3
OPTIMIZERS: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
    "sgd": lambda **more: keras.optimizers.SGD(0.05, **more),
    "momentum": lambda **more: keras.optimizers.SGD(0.05, momentum=0.9, **more),
    "adam": lambda **more: keras.optimizers.Adam(0.01, **more),
    "clipped": lambda **more: keras.optimizers.Adam(0.01, global_clipnorm=0.1, **more),
}


def net() -> keras.Model:
    keras.utils.set_random_seed(2)
    return keras.Sequential([keras.Input((5,)), layers.Dense(7, "tanh"), layers.Dense(1)])


def reader() -> keras.Model:
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [keras.Input((9,)), layers.Embedding(30, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)]
    )


def trainer_of(model: keras.Model, x: np.ndarray, name: str) -> Trainer:
    optimizer = OPTIMIZERS[name](gradient_accumulation_steps=TOGETHER)
    return Trainer(ModelObjective(model, x, Y), optimizer, batch_size=16, shuffle=False, by_layer=True)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(("build", "x"), [(net, X), (reader, TOKENS)], ids=["dense", "looked up"])
def test_it_arrives_where_fit_does(name: str, build: Callable[[], keras.Model], x: np.ndarray) -> None:
    expected = build()
    expected.compile(OPTIMIZERS[name](gradient_accumulation_steps=TOGETHER), "mse")
    expected.fit(x, Y, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0)
    model = build()
    trainer = trainer_of(model, x, name)
    trainer.observe()
    trainer.advance(4)
    trainer.observe()
    trainer.advance(BATCHES * EPOCHS - 4)
    assert int(trainer.optimizer.iterations) == int(expected.optimizer.iterations) == 3
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=2e-6)


def test_an_update_is_made_of_the_mean_of_the_gradients_and_only_then() -> None:
    model = net()
    start = [weight.copy() for weight in model.get_weights()]
    steps = trainer_of(model, X, "sgd").advance(TOGETHER)
    assert (steps.update_norm > 0).tolist() == [False, False, True]
    assert (steps.gradient_norm > 0).all()
    whole = net()
    whole.compile(keras.optimizers.SGD(0.05), "mse")
    whole.fit(X[:48], Y[:48], batch_size=48, epochs=1, shuffle=False, verbose=0)  # equal batches: the same mean
    for ours, theirs, before in zip(model.get_weights(), whole.get_weights(), start, strict=True):
        assert ours - before == pytest.approx(theirs - before, rel=1e-3, abs=1e-7)


def test_a_reset_forgets_what_was_added_up_and_counted() -> None:
    trainer = trainer_of(net(), X, "adam")
    first = trainer.advance(4)  # one batch is waiting
    trainer.reset(trainer.objective.initial)
    again = trainer.advance(4)
    np.testing.assert_array_equal(again.loss, first.loss)
    np.testing.assert_array_equal(again.update_norm, first.update_norm)
