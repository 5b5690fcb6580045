"""The norms of each layer: against NumPy from Keras' own weights, and an eager gradient tape over some steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.training.layer_groups import LayerGroups
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from core.models.layer_name import LayerName
    from core.training.step_record import Steps

RNG = np.random.default_rng(5)
X = RNG.normal(size=(24, 6, 2)).astype("float32")
Y = np.sin(X.sum(axis=(1, 2)))[:, None].astype("float32")


def model_of(family: str, dtype: str = "float32") -> keras.Model:
    keras.utils.set_random_seed(9)
    return MODELS[family].build(ModelSpec((6, 2), 1, width=4, depth=2 if family == "mlp" else 1, dtype=dtype))


def trainer_of(model: keras.Model, batch_size: int | None = None) -> Trainer:
    return Trainer(ModelObjective(model, X, Y), keras.optimizers.Adam(0.01), batch_size, shuffle=False)


def layers_with_weights(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in model.layers if layer.trainable_variables]


def layer_norms(steps: Steps) -> np.ndarray:
    assert steps.layer_norms is not None
    return steps.layer_norms


def norms_of(arrays: list[np.ndarray]) -> float:
    return float(np.sqrt(sum(np.sum(np.square(a, dtype=float)) for a in arrays)))


def gradients_by_layer(model: keras.Model, x: np.ndarray, y: np.ndarray) -> list[list[np.ndarray]]:
    """The gradients of the mean squared error for each layer, by an eager tape."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    sources = [[v.value for v in layer.trainable_variables] for layer in layers_with_weights(model)]
    return [[tf.convert_to_tensor(g).numpy() for g in gradients] for gradients in tape.gradient(loss, sources)]


@pytest.mark.parametrize("family", ["mlp", "rnn_lstm"])
def test_layer_norms_are_those_of_an_eager_loop_with_keras(family: str) -> None:
    model, twin = model_of(family), model_of(family)
    trainer = trainer_of(model, batch_size=10)  # the third batch has four examples
    norms = layer_norms(trainer.advance(4))
    layers, optimizer = layers_with_weights(twin), keras.optimizers.Adam(0.01)
    assert [name.keras for name in trainer.layer_names] == [layer.name for layer in layers_with_weights(model)]
    for i, start in enumerate((0, 10, 20, 0)):
        gradients = gradients_by_layer(twin, X[start : start + 10], Y[start : start + 10])
        before = [[v.numpy().copy() for v in layer.trainable_variables] for layer in layers]
        flat = [gradient for of_layer in gradients for gradient in of_layer]
        optimizer.apply(flat, [v for layer in layers for v in layer.trainable_variables])
        moved = [
            [v.numpy() - b for v, b in zip(la.trainable_variables, bs, strict=True)]
            for la, bs in zip(layers, before, strict=True)
        ]
        expected = [[norms_of(a) for a in arrays] for arrays in zip(gradients, moved, before, strict=True)]
        assert norms[i] == pytest.approx(np.array(expected), rel=2e-3, abs=1e-5)


def test_one_step_in_float64_agrees_with_numpy_to_the_last_digits() -> None:
    model = model_of("mlp", "float64")
    before = [[w.copy() for w in layer.get_weights()] for layer in layers_with_weights(model)]
    gradients = gradients_by_layer(model, X.astype(float), Y.astype(float))
    trainer = Trainer(ModelObjective(model, X, Y), keras.optimizers.SGD(0.1, momentum=0.9))
    steps = trainer.advance(1)
    expected = [[norms_of(g), 0.1 * norms_of(g), norms_of(w)] for g, w in zip(gradients, before, strict=True)]
    assert layer_norms(steps)[0] == pytest.approx(np.array(expected), rel=1e-12)
    totals = np.sqrt(np.sum(np.square(expected), axis=0))
    assert [steps.gradient_norm[0], steps.update_norm[0]] == pytest.approx(totals[:2], rel=1e-12)


def test_of_few_parameters_no_layer_is_recorded_apart() -> None:
    keras.utils.set_random_seed(1)
    trainer = trainer_of(MODELS["linear"].build(ModelSpec((6, 2), 1)))
    assert trainer.layer_names == ()
    assert trainer.advance(2).layer_norms is None


def test_a_record_of_no_updates_has_its_layers_too() -> None:
    trainer = trainer_of(model_of("mlp"))
    assert layer_norms(trainer.advance(0)).shape == (0, 3, 3)


@pytest.mark.parametrize(
    ("paths", "names", "index"),
    [
        (["dense/kernel", "dense/bias", "dense_1/kernel"], ("dense", "dense_1"), (0, 0, 1)),
        (["net/a/kernel", "net/b/kernel", "net/a/bias"], ("a", "b"), (0, 1, 0)),
        (["lstm/lstm_cell/kernel", "lstm/lstm_cell/bias", "dense/kernel"], ("lstm", "dense"), (0, 0, 1)),
        (["mha/query/kernel", "mha/key/kernel", "dense/bias"], ("mha", "dense"), (0, 0, 1)),
        (["dense/kernel", "dense/bias"], ("dense",), (0, 0)),
        (["variable", "variable_1"], ("variable", "variable_1"), (0, 1)),
    ],
)
def test_weights_of_one_layer_are_one_entry(paths: list[str], names: tuple[str, ...], index: tuple[int, ...]) -> None:
    groups = LayerGroups.of(paths, [(2,)] * len(paths))
    assert tuple(name.keras for name in groups.names) == names
    assert groups.index == index


def test_beyond_the_most_neighbours_are_merged_evenly_and_in_order() -> None:
    paths = [f"layer_{i}/{part}" for i in range(50) for part in ("kernel", "bias")]
    groups = LayerGroups.of(paths, [(3,)] * len(paths))
    assert len(groups.names) == 24
    assert groups.names[0].keras == "layer_0 … layer_2"
    assert groups.names[-1].keras == "layer_48 … layer_49"
    assert list(groups.index) == sorted(groups.index)
    assert {groups.index.count(i) for i in range(24)} == {4, 6}


@pytest.mark.parametrize(
    ("family", "sizes"),
    [
        ("mlp", [(9, "units"), (1, "units")]),
        ("rnn_lstm", [(9, "units"), (1, "units")]),
        ("cnn", [(9, "filters"), (1, "units")]),
    ],
)
def test_a_layer_is_named_by_its_units_or_filters(family: str, sizes: list[tuple[int, str]]) -> None:
    model = MODELS[family].build(ModelSpec((8, 8), 1, width=9, depth=1))
    names = names_of_layers(model)
    assert [(name.size, name.unit) for name in names] == sizes


def test_attention_is_named_by_its_heads_and_what_has_no_size_by_keras_name() -> None:
    model = MODELS["transformer"].build(ModelSpec((8, 8), 1, width=32, depth=1))
    names = names_of_layers(model)
    attention = next(name for name in names if name.keras.startswith("multi_head_attention"))
    assert (attention.size, attention.unit) == (4, "heads")
    assert all(name.size is None for name in names if name.keras.startswith("layer_normalization"))


def names_of_layers(model: keras.Model) -> tuple[LayerName, ...]:
    variables = model.trainable_variables
    return LayerGroups.of([v.path for v in variables], [v.shape for v in variables]).names
