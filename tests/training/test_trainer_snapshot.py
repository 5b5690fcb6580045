"""A trainer's standing: it stays as it was while training goes on, and a model can be asked with its values."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learning.model_objective import ModelObjective
from core.learning.stateless_function import StatelessFunction
from core.training.trainer import Trainer


def model_with_state() -> keras.Model:
    """A model whose answers depend on weights and on batch-norm averages, and whose training draws dropout masks."""
    keras.utils.set_random_seed(4)
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((3,)), layers.Dense(5), layers.BatchNormalization(), layers.Dropout(0.2, seed=1), layers.Dense(1)]
    )


@pytest.fixture(params=["sgd", "adam"])
def trainer(request: pytest.FixtureRequest) -> Trainer:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(40, 3)).astype("float32")
    objective = ModelObjective(model_with_state(), x, x.sum(1, keepdims=True))
    optimizer = keras.optimizers.SGD(0.05) if request.param == "sgd" else keras.optimizers.Adam(0.05)
    slots = {} if request.param == "sgd" else {"m": "_momentums", "v": "_velocities"}
    return Trainer(objective, optimizer, batch_size=8, slots=slots, by_layer=True)


def copies(tensors: list[tf.Tensor]) -> list[np.ndarray]:
    return [t.numpy().copy() for t in tensors]


def test_a_standing_stays_as_it_was_while_the_trainer_goes_on(trainer: Trainer) -> None:
    trainer.advance(5)
    snapshot = trainer.snapshot()
    before = copies(snapshot.values)
    moments = {symbol: values.copy() for symbol, values in snapshot.slots().items()}
    rows, expected = snapshot.rows, trainer.next_rows()
    assert rows is not None
    assert expected is not None
    assert rows.tolist() == expected.tolist()
    trainer.advance(20)
    assert snapshot.step == 5
    assert all(np.array_equal(t.numpy(), b) for t, b in zip(snapshot.values, before, strict=True))
    assert all(np.array_equal(snapshot.slots()[symbol], values) for symbol, values in moments.items())
    now = [v.numpy() for v in trainer.variables]
    assert not any(np.array_equal(b, n) for b, n in zip(before, now, strict=False))


def test_a_model_answers_as_it_would_have_where_the_run_stood(trainer: Trainer) -> None:
    objective = trainer.objective
    assert isinstance(objective, ModelObjective)
    x = np.random.default_rng(3).normal(size=(300, 3)).astype("float32")
    trainer.advance(5)
    snapshot = trainer.snapshot()
    expected = objective.model(x, training=False).numpy()  # Keras' own answer, before training goes on
    trainer.advance(20)
    assert objective.predict(x, snapshot.values) == pytest.approx(expected, abs=1e-6)
    assert objective.predict(x) == pytest.approx(objective.model(x, training=False).numpy(), abs=1e-6)
    assert not np.allclose(objective.predict(x), expected, atol=1e-3)


def test_a_function_of_a_model_is_traced_once_and_leaves_its_variables_alone() -> None:
    variable, traced = keras.Variable(np.float32(2.0)), []

    def doubled(x: tf.Tensor) -> tf.Tensor:
        traced.append(x)
        return variable.value * x

    of_model = StatelessFunction([variable], doubled, input_signature=[tf.TensorSpec((None,), tf.float32)])
    for value in (3.0, 5.0):
        found = of_model([tf.constant(value)], np.ones(int(value), np.float32))
        assert found.numpy().tolist() == [value] * int(value)
    assert len(traced) == 1
    assert variable.numpy() == 2.0
