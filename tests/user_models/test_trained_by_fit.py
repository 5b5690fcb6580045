"""Models that `fit` has trained: they go on from their weights, and each run comes back to where it began."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.learning.model_objective import ModelObjective
from core.training.build import build_trainer
from core.training.trainer import Trainer
from core.user_models.making import user_model_of
from core.user_models.user_model import values_of

layers = keras.layers
RNG = np.random.default_rng(9)
X = RNG.normal(size=(64, 5)).astype("float32")
Y = np.tanh(X @ RNG.normal(size=(5, 1))).astype("float32")
BATCHES, EPOCHS = 4, 2
CONFIG = TrainingConfig(problem="csv", optimizer="adam", learning_rate=0.01, batch_size=16, seed=3)


def fitted(times: int = 1, compiled_anew: bool = False) -> keras.Model:
    """A model with averages and random seeds, after `times` calls of fit of two epochs each."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, use_bias=False),  # a bias before it has no gradient but rounding, which Adam makes large
            layers.BatchNormalization(),
            layers.Dropout(0.25),
            layers.Dense(1),
        ]
    )
    for call in range(times):
        if call == 0 or compiled_anew:
            # XLA, which trains it here, draws other numbers than the graph.
            model.compile(keras.optimizers.Adam(0.01), "mse", jit_compile=True)
        model.fit(X, Y, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0)
    return model


def same(ours: list[np.ndarray], theirs: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def close(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert a == pytest.approx(b, rel=2e-4, abs=2e-5)


def test_a_run_starts_where_fit_ended_and_a_reset_goes_back_there() -> None:
    model = fitted()
    ended = values_of(model)
    own = user_model_of(model, (X, Y))
    learner = own.learner(own.setup(CONFIG))
    trainer = build_trainer(CONFIG, learner.objective)
    assert same(values_of(model), ended)
    first = trainer.advance(9)
    moved = [not np.array_equal(a, b) for a, b in zip(values_of(model), ended, strict=True)]
    assert all(moved)  # weights, averages and the seed
    trainer.reset(learner.objective.initial)
    assert same(values_of(model), ended)
    np.testing.assert_array_equal(trainer.advance(9).loss, first.loss)


def test_settings_that_change_and_change_back_give_the_same_run() -> None:
    own = user_model_of(fitted(), (X, Y))

    def losses(config: TrainingConfig) -> np.ndarray:
        return build_trainer(config, own.learner(own.setup(config)).objective).advance(9).loss

    first, other, again = (losses(c) for c in (CONFIG, CONFIG.replace(learning_rate=0.1, batch_size=8), CONFIG))
    assert not np.array_equal(other, first)
    np.testing.assert_array_equal(again, first)


def test_on_the_page_the_optimizer_starts_anew_as_after_compile() -> None:
    expected = values_of(fitted(2, compiled_anew=True))
    own = user_model_of(fitted(), (X, Y))
    objective = own.objective(X, Y)
    config = CONFIG.replace(epochs=EPOCHS)
    trainer = build_trainer(config, objective)
    in_order = Trainer(objective, trainer.optimizer, batch_size=16, shuffle=False)
    in_order.advance(BATCHES * EPOCHS)
    close(values_of(own.model), expected)


def test_a_trainer_goes_on_with_an_optimizer_that_fit_has_used() -> None:
    expected = values_of(fitted(2))
    model = fitted()
    trainer = Trainer(ModelObjective(model, X, Y), model.optimizer, batch_size=16, shuffle=False)
    trainer.observe()
    first = trainer.advance(BATCHES * EPOCHS)
    close(values_of(model), expected)
    assert int(model.optimizer.iterations) == 2 * BATCHES * EPOCHS
    trainer.reset(trainer.objective.initial)
    assert int(model.optimizer.iterations) == BATCHES * EPOCHS
    np.testing.assert_array_equal(trainer.advance(BATCHES * EPOCHS).loss, first.loss)
