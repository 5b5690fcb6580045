"""AttentionProbe: the attention weights of a transformer on one validation example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from core.findings.results import Attention
from core.language import _
from core.learning.stateless_function import StatelessFunction
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot


class AttentionProbe(Probe[Attention]):
    """Reads the attention layers of a transformer on the first validation example."""

    def __init__(self, learner: Learner) -> None:
        self._labels, self._title = _labels(learner)
        self._example = tf.constant(learner.split.x_val[:1])
        read = _reader(learner.objective.model, learner.setup.family.attention == "backwards")
        self._weights = StatelessFunction(learner.objective.all_variables, read)

    def look(self, snapshot: TrainerSnapshot) -> Attention:
        """Return the weights at `snapshot`."""
        return Attention(self._weights(snapshot.values, self._example).numpy()[:, 0], self._labels, self._title)


def _reader(model: keras.Model, causal: bool) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function of examples (n, ...) to the weights of all attention layers, (layers, n, heads, T, T)."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.MultiHeadAttention)]
    queries = keras.Model(model.inputs, [layer.input[0] for layer in layers])

    def read(example: tf.Tensor) -> tf.Tensor:
        inputs = keras.tree.flatten(queries(example, training=False))
        return tf.stack([_weights(layer, x, causal) for layer, x in zip(layers, inputs, strict=True)])

    return read


def _weights(layer: keras.layers.MultiHeadAttention, x: tf.Tensor, causal: bool) -> tf.Tensor:
    return layer(x, x, use_causal_mask=causal, return_attention_scores=True, training=False)[1]


def _labels(learner: Learner) -> tuple[tuple[str, ...], str]:
    """Return the names of the places, numbers from 1 where they have none, and a title: places of what."""
    spec, dataset = learner.setup.spec, learner.setup.dataset
    if dataset.vocabulary is not None:
        vocabulary, tokens = dataset.vocabulary(), learner.split.x_val[0]
        named = tuple(vocabulary.texts[token] for token in tokens) if vocabulary.texts else _numbers(len(tokens))
        return named, vocabulary.places
    if dataset.kind == "image":
        side = spec.patch
        patches = (spec.input_shape[0] // side) * (spec.input_shape[1] // side)
        return _numbers(patches), _("patches of {side} × {side} pixels of one validation image", side=side)
    return _numbers(spec.steps[0]), _("time steps of one validation sequence")


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))
