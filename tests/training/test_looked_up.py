"""Embeddings are trained as `fit` trains them, whatever the size of their table, and explained as they are trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.derivatives import Gradients
from core.geometry.model_step_view import next_terms
from core.learning.model_objective import ModelObjective
from core.optimizers.registry import OPTIMIZERS
from core.training.flat_weights import flatten
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable

RNG = np.random.default_rng(3)
LABELS = RNG.integers(0, 2, 70)
KERAS: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
    "sgd": lambda **more: keras.optimizers.SGD(0.1, **more),
    "momentum": lambda **more: keras.optimizers.SGD(0.1, momentum=0.9, **more),
    "adagrad": lambda **more: keras.optimizers.Adagrad(0.1, **more),
    "rmsprop": lambda **more: keras.optimizers.RMSprop(0.01, **more),
    "adam": lambda **more: keras.optimizers.Adam(0.01, **more),
    "adamw": lambda **more: keras.optimizers.AdamW(0.01, **more),
    "lion": lambda **more: keras.optimizers.Lion(0.01, beta_2=0.999, **more),
}


def tokens(words: int) -> np.ndarray:
    """Sentences in which some words occur many times."""
    return np.minimum(RNG.geometric(0.2, (70, 12)), words - 1)


def reader(words: int, mask: bool = False) -> keras.Model:
    keras.utils.set_random_seed(4)
    return keras.Sequential(
        [
            keras.Input((12,)),
            keras.layers.Embedding(words, 4, mask_zero=mask),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1),
        ]
    )


def trainer_of(model: keras.Model, x: np.ndarray, optimizer: keras.optimizers.Optimizer) -> Trainer:
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return Trainer(ModelObjective(model, x, LABELS, loss=loss), optimizer, batch_size=32, shuffle=False, by_layer=True)


def fitted(model: keras.Model, x: np.ndarray, optimizer: keras.optimizers.Optimizer) -> list[np.ndarray]:
    model.compile(optimizer, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit(x, LABELS, batch_size=32, epochs=3, shuffle=False, verbose=0)
    return model.get_weights()


@pytest.mark.parametrize(("name", "words"), [*((name, 40) for name in KERAS), ("sgd", 2000), ("adam", 2000)])
def test_an_embedding_arrives_where_fit_does(name: str, words: int) -> None:
    x = tokens(words)
    expected = fitted(reader(words), x, KERAS[name]())
    model = reader(words)
    rate = {"sgd": 0.1, "momentum": 0.1, "adagrad": 0.1}.get(name, 0.01)
    settings = vars(TrainingConfig(optimizer=name, learning_rate=rate))
    trainer_of(model, x, OPTIMIZERS[name].build(settings)).advance(9)
    for ours, theirs in zip(model.get_weights(), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=3e-5)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_a_clipped_embedding_arrives_where_fit_does(name: str) -> None:
    x = tokens(40)
    expected = fitted(reader(40, mask=True), x, KERAS[name](global_clipnorm=0.01))
    model = reader(40, mask=True)
    trainer_of(model, x, KERAS[name](global_clipnorm=0.01)).advance(9)
    for ours, theirs in zip(model.get_weights(), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=3e-5)


@pytest.mark.parametrize("clip", [None, 0.05])
@pytest.mark.parametrize("name", ["adam", "rmsprop", "adagrad"])
def test_the_update_that_is_explained_is_the_one_that_is_made(name: str, clip: float | None) -> None:
    x, model = tokens(40), reader(40)
    rule = OPTIMIZERS[name]
    settings = vars(TrainingConfig(optimizer=name, learning_rate=0.01))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    optimizer = rule.build(settings)
    optimizer.global_clipnorm = clip
    objective = ModelObjective(model, x, LABELS, loss=loss)
    trainer = Trainer(objective, optimizer, batch_size=32, shuffle=False, slots=rule.slots, by_layer=True)
    trainer.advance(4)
    snapshot, before = trainer.snapshot(), flatten(trainer.variables, float)
    found = Gradients(objective).gradient_and_squares(snapshot.weights, snapshot.state, snapshot.rows)
    explained = next_terms(snapshot, rule, *found).update
    trainer.advance(1)
    made = flatten(trainer.variables, float) - before
    assert explained == pytest.approx(made, abs=2e-6)
    assert np.abs(made).max() > 1e-3
