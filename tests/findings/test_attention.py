"""Attention weights against softmax(Q K^T / sqrt(d)) in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.findings.attention import AttentionProbe
from tests.support.learners import assert_left_alone, learner_of, numpy_softmax, trainer_of

if TYPE_CHECKING:
    from core.learning.learner import Learner

DECODER: dict[str, Any] = {"family": "decoder", "width": 16, "depth": 2, "examples": 200}
ENCODER: dict[str, Any] = {"family": "transformer", "width": 16, "depth": 2}


def attention_layers(learner: Learner) -> list[keras.layers.MultiHeadAttention]:
    layers = learner.objective.model.layers
    return [layer for layer in layers if isinstance(layer, keras.layers.MultiHeadAttention)]


@pytest.mark.parametrize(("problem", "settings"), [("python_help", DECODER), ("digits", ENCODER), ("co2", ENCODER)])
def test_weights_are_the_softmax_of_queries_and_keys_and_lead_to_the_layers_output(
    problem: str, settings: dict[str, Any]
) -> None:
    learner = learner_of(problem, **settings)
    model, layers = learner.objective.model, attention_layers(learner)
    rng = np.random.default_rng(1)
    model.set_weights([weight + rng.normal(0, 0.2, weight.shape) for weight in model.get_weights()])
    found = AttentionProbe(learner).look(trainer_of(learner).snapshot())
    inside = keras.Model(model.inputs, [tensor for layer in layers for tensor in (layer.input[0], layer.output)])
    values = [
        tensor.numpy()[0].astype(float) for tensor in inside(tf.constant(learner.split.x_val[:1]), training=False)
    ]
    for weights, layer, x, output in zip(found.weights, layers, values[::2], values[1::2], strict=True):
        wq, bq, wk, bk, wv, bv, wo, bo = (weight.astype(float) for weight in layer.get_weights())
        q, k, v = (np.einsum("td,dhk->htk", x, w) + b[:, None] for w, b in ((wq, bq), (wk, bk), (wv, bv)))
        logits = q @ k.transpose(0, 2, 1) / np.sqrt(8)
        if problem == "python_help":
            logits += np.triu(np.full(logits.shape[1:], -1e9), 1)
        expected = numpy_softmax(logits)
        assert weights == pytest.approx(expected, abs=1e-5)
        assert np.einsum("htk,hkd->td", expected @ v, wo) + bo == pytest.approx(output, abs=1e-4)
    assert found.weights.shape[:2] == (2, 2)


def test_rows_add_up_to_one_and_a_decoder_looks_at_nothing_later() -> None:
    learner = learner_of("python_help", **DECODER)
    found = AttentionProbe(learner).look(trainer_of(learner).snapshot())
    assert found.weights.shape == (2, 2, 64, 64)
    assert found.weights.sum(-1) == pytest.approx(1, abs=1e-5)
    assert np.all(found.weights[..., *np.triu_indices(64, 1)] == 0)
    assert "".join(found.labels) == "".join(learner.split.classes[token] for token in learner.split.x_val[0])


@pytest.mark.parametrize(
    ("problem", "places", "title"),
    [
        ("digits", 64, "patches of 1 × 1 pixels of one validation image"),
        ("mnist", 49, "patches of 4 × 4 pixels of one validation image"),
        ("co2", 52, "time steps of one validation sequence"),
    ],
)
def test_places_without_names_are_counted(problem: str, places: int, title: str) -> None:
    learner = learner_of(problem, **ENCODER)
    found = AttentionProbe(learner).look(trainer_of(learner).snapshot())
    assert found.weights.shape == (2, 2, places, places)
    assert found.labels == tuple(str(number) for number in range(1, places + 1))
    assert found.title == title


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("digits", family="transformer", width=8, depth=1, dropout=0.5, examples=200)
    assert_left_alone(AttentionProbe(learner), learner)
