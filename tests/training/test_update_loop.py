"""The program that an update loop chooses, and a look at the start for which none is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learning.model_objective import ModelObjective
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.training.update_loop import Program

RNG = np.random.default_rng(3)
IMAGES = RNG.normal(size=(20, 6, 6, 1)).astype("float32")
CLASSES = RNG.integers(0, 3, 20).astype("int32")


class OutsideOfXla(keras.layers.Layer):
    """Adds a zero that Python computes, which no compiled program can."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        zero = tf.numpy_function(lambda: np.float32(0), [], tf.float32)
        return x + tf.stop_gradient(tf.reshape(zero, []))


def trainer_of(*layers: keras.layers.Layer, batch_size: int | None = 8) -> Trainer:
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((6, 6, 1)), *layers, keras.layers.Flatten(), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return Trainer(ModelObjective(model, IMAGES, CLASSES, loss), keras.optimizers.Adam(0.01), batch_size, by_layer=True)


@pytest.mark.parametrize(
    ("layers", "kind"),
    [
        ([keras.layers.Flatten(), keras.layers.Dense(4, "tanh")], "xla"),
        ([keras.layers.Conv2D(2, 3)], "graph"),
        ([keras.layers.DepthwiseConv2D(3)], "graph"),
        ([keras.layers.Reshape((36, 1)), keras.layers.Conv1D(2, 3)], "graph"),
        ([OutsideOfXla()], "graph"),
    ],
)
def test_convolutions_and_what_xla_lacks_are_trained_in_the_plain_graph(
    layers: list[keras.layers.Layer], kind: str
) -> None:
    trainer = trainer_of(*layers)
    before = [variable.numpy().copy() for variable in trainer.variables]
    trainer.compile()
    assert trainer.loop.kind == kind
    for variable, value in zip(trainer.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    assert (trainer.seconds_per_update or 0) > 0
    assert len(trainer.advance(4)) == 4


@pytest.mark.parametrize("kind", ["graph", "xla"])
def test_a_kind_that_was_asked_for_is_taken_whatever_suits_the_model(kind: Program) -> None:
    trainer = trainer_of(keras.layers.Flatten(), keras.layers.Dense(4))
    trainer.loop.only = kind
    trainer.compile()
    assert trainer.loop.kind == kind


def test_a_model_is_traced_once_for_whichever_program() -> None:
    trainer = trainer_of(keras.layers.Conv2D(2, 3))
    calls = []
    differentiate = trainer.loop.differentiate

    def counted(values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> Any:
        calls.append(rows)
        return differentiate(values, rows)

    trainer.loop.differentiate = counted  # type: ignore[method-assign]  # to see how often Python runs it
    trainer.compile()
    trainer.advance(3)
    assert len(calls) == 1


@pytest.mark.parametrize("batch_size", [None, 8, 13])
def test_the_preview_is_what_the_first_update_finds(batch_size: int | None) -> None:
    layers = keras.layers.Flatten(), keras.layers.Dense(4, "tanh"), keras.layers.BatchNormalization()
    trainer = trainer_of(*layers, batch_size=batch_size)
    assert isinstance(trainer.objective, ModelObjective)
    weights = [variable.numpy().copy() for variable in trainer.objective.model.variables]
    preview = trainer.preview()
    for variable, value in zip(trainer.objective.model.variables, weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    seen, first = trainer.observe(), trainer.advance(1)
    assert preview.step == seen.step == 0
    assert preview.loss == pytest.approx(float(first.loss[0]), rel=1e-6)
    assert preview.gradient_norm == pytest.approx(seen.gradient_norm, rel=1e-5)
    assert preview.hyper == seen.hyper
    np.testing.assert_array_equal(preview.rows, seen.rows)
