"""Layers traced in another form give Keras' own values and gradients, and are themselves again afterwards."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learning.fused_layers import fused

layers = keras.layers
TOKENS = np.random.default_rng(0).integers(0, 9, (4, 6))
POINTS = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


def characters() -> keras.Model:
    return keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(9, 5), layers.GRU(4), layers.Dense(2)])


def gated(**options: bool) -> keras.Model:
    """A GRU that hands on all its states to another one, from a state that is learned too."""
    inputs = keras.Input((3,))
    x = layers.Reshape((3, 1))(inputs)
    start = layers.Dense(4, "tanh")(inputs)
    states = layers.GRU(4, return_sequences=True, **options)(x, initial_state=start)
    return keras.Model(inputs, layers.Dense(2)(layers.GRU(3)(states)))


def backwards() -> keras.Model:
    return gated(go_backwards=True)


def of_an_older_form() -> keras.Model:
    return gated(reset_after=False)


def masked() -> keras.Model:
    """A GRU that passes over places without a word."""
    words = layers.Embedding(9, 5, mask_zero=True)
    return keras.Sequential([keras.Input((6,), dtype="int32"), words, layers.GRU(4), layers.Dense(2)])


def small_net() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1, use_bias=False)])


def attending(dropout: float = 0.0, causal: bool = False, places: int = 3) -> keras.Model:
    """Attention of two heads over the three features, or more places, of a point."""
    inputs = keras.Input((3,))
    x = layers.RepeatVector(places // 3)(inputs)
    x = layers.Dense(4, "tanh")(layers.Reshape((places, 1))(x) + layers.Embedding(places, 1)(np.arange(places)))
    attend = layers.MultiHeadAttention(2, 2, value_dim=3, dropout=dropout)
    return keras.Model(inputs, layers.Dense(2)(attend(x, x, use_causal_mask=causal)))


def causal() -> keras.Model:
    return attending(causal=True)


def many_places() -> keras.Model:
    return attending(places=36)


def einsums() -> keras.Model:
    """Einsum layers that are one matrix product and, the last two, that are not."""
    layers_of = [
        layers.Reshape((3, 1)),
        layers.EinsumDense("abc,cde->abde", (3, 2, 4), bias_axes="de", activation="tanh"),
        layers.EinsumDense("abde,def->abf", (3, 5), bias_axes=None),
        layers.EinsumDense("abf,bfg->abg", (3, 2), bias_axes="g"),
        layers.EinsumDense("abg,bg->ag", (2,)),
    ]
    return keras.Sequential([keras.Input((3,)), *layers_of])


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


@pytest.mark.parametrize(
    ("build", "x"),
    [
        (characters, TOKENS),
        (gated, POINTS),
        (backwards, POINTS),
        (of_an_older_form, POINTS),
        (masked, TOKENS),
        (small_net, POINTS),
        (attending, POINTS),
        (causal, POINTS),
        (many_places, POINTS),
        (einsums, POINTS),
    ],
)
def test_values_gradients_and_curvature_are_those_of_keras(build: type[keras.Model], x: np.ndarray) -> None:
    keras.utils.set_random_seed(5)
    model = build()
    expected = derivatives(model, x, within=False)
    found = derivatives(model, x, within=True)
    assert [f.shape for f in found] == [e.shape for e in expected]
    for f, e in zip(found, expected, strict=True):
        assert f == pytest.approx(e, abs=1e-5 * float(max(1, np.abs(e).max())))  # float32 has seven digits


def test_a_layer_is_itself_again_when_the_trace_is_done() -> None:
    model = characters()
    with fused(model):
        assert "call" in vars(model.layers[2])
    assert all("call" not in vars(layer) for layer in model.layers)


def test_large_layers_and_subclasses_are_left_as_they_are() -> None:
    class Doubled(keras.layers.Dense):
        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return 2 * super().call(inputs)

    model = keras.Sequential([keras.Input((3,)), Doubled(2), layers.Dense(40)])
    with fused(model):
        assert all("call" not in vars(layer) for layer in model.layers)


def test_recurrent_layers_that_are_not_plain_are_left_as_they_are() -> None:
    def made(**options: object) -> bool:
        return _has_own_loop(layers.GRU(4, **options))

    assert made()
    assert not made(dropout=0.1)
    assert not made(recurrent_dropout=0.1)
    assert not made(use_bias=False)
    assert not made(activation="relu")
    assert not made(unroll=True)


def _has_own_loop(layer: keras.Layer) -> bool:
    model = keras.Sequential([keras.Input((5, 2)), layer])
    with fused(model):
        return "inner_loop" in vars(model.layers[0])


def test_attention_with_dropout_drops_what_keras_drops() -> None:
    keras.utils.set_random_seed(5)
    model = attending(dropout=0.5)
    generator = next(layer for layer in model._flatten_layers() if isinstance(layer, layers.Dropout)).seed_generator
    start = generator.state.numpy()
    expected = model(POINTS, training=True).numpy()
    generator.state.assign(start)
    with fused(model):
        found = model(POINTS, training=True).numpy()
    assert found == pytest.approx(expected, abs=1e-6)
    assert not np.allclose(found, model(POINTS, training=False), atol=1e-3)


def test_a_product_of_few_places_is_written_out_and_one_of_many_is_not() -> None:
    def products(model: keras.Model) -> int:
        with fused(model):
            graph = tf.function(model, autograph=False).get_concrete_function(tf.TensorSpec((4, 3))).graph
        return sum(op.type in ("BatchMatMulV2", "Einsum") for op in graph.get_operations())

    assert (products(attending()), products(many_places())) == (0, 2)
