"""Layers traced in another form give Keras' own values and gradients, and are themselves again afterwards."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.fused_layers import MOST_TOKENS, fused

layers = keras.layers
TOKENS = np.random.default_rng(0).integers(0, 9, (4, 6))
POINTS = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


def characters() -> keras.Model:
    return keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(9, 5), layers.GRU(4), layers.Dense(2)])


def small_net() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1, use_bias=False)])


def derivatives(model: keras.Model, x: np.ndarray, within: bool) -> list[np.ndarray]:
    """Outputs, gradients of their sum of squares, and that gradient's product with itself, by a graph of its own."""

    def compute() -> list[tf.Tensor]:
        variables = [v.value for v in model.trainable_variables]
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                outputs = model(x, training=True)
                loss = tf.reduce_sum(outputs**2)
            gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)]
            square = tf.add_n([tf.reduce_sum(g**2) for g in gradients])
        return [outputs, *gradients, *map(tf.convert_to_tensor, outer.gradient(square, variables))]

    traced = tf.function(compute, autograph=False)
    if not within:
        return [t.numpy() for t in traced()]
    with fused(model):
        return [t.numpy() for t in traced()]


@pytest.mark.parametrize(("build", "x"), [(characters, TOKENS), (small_net, POINTS)])
def test_values_gradients_and_curvature_are_those_of_keras(build: type[keras.Model], x: np.ndarray) -> None:
    keras.utils.set_random_seed(5)
    model = build()
    expected = derivatives(model, x, within=False)
    found = derivatives(model, x, within=True)
    assert [f.shape for f in found] == [e.shape for e in expected]
    for f, e in zip(found, expected, strict=True):
        assert f == pytest.approx(e, abs=1e-5)


def test_a_layer_is_itself_again_when_the_trace_is_done() -> None:
    model = characters()
    with fused(model):
        assert "call" in vars(model.layers[0])
    assert all("call" not in vars(layer) for layer in model.layers)


def test_large_layers_and_subclasses_are_left_as_they_are() -> None:
    class Doubled(keras.layers.Dense):
        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return 2 * super().call(inputs)

    model = keras.Sequential([keras.Input((3,)), Doubled(2), layers.Dense(40)])
    words = keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(MOST_TOKENS + 1, 2)])
    with fused(model), fused(words):
        assert all("call" not in vars(layer) for layer in [*model.layers, *words.layers])


def test_a_half_precision_embedding_computes_in_half_precision() -> None:
    model = keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(9, 5, dtype="mixed_float16")])
    with fused(model):
        found = model(TOKENS)
    assert found.dtype == tf.float16
    assert np.array_equal(found.numpy(), model(TOKENS).numpy())
