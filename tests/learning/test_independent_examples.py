"""Short batches: padded or cut, a model arrives where Keras' own `train_on_batch` does, update by update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learning.independent_examples import loss_axes, padded_batch
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.objectives.objective import StatefulObjective
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable

layers, losses = keras.layers, keras.losses
RNG = np.random.default_rng(9)
N, BATCH, EPOCHS, RATE = 22, 8, 2, 0.02  # batches of 8, 8 and 6
X = RNG.normal(size=(N, 4)).astype("float32")
Y = np.tanh(X[:, :1] - X[:, 1:2]).astype("float32")
CLASSES = RNG.integers(0, 3, N).astype("int32")
TOKENS = RNG.integers(0, 11, (N, 6)).astype("int32")
NEXT = RNG.integers(0, 11, (N, 6)).astype("int32")
SERIES = RNG.normal(size=(N, 6, 2)).astype("float32")
PICTURES = RNG.normal(size=(N, 5, 5, 1)).astype("float32")
WEIGHTS = RNG.uniform(0.1, 3.0, N).astype("float32")
OF_CLASS = np.array([0.5, 1.0, 4.0], "float32")[CLASSES]
FROM_LOGITS = losses.SparseCategoricalCrossentropy(from_logits=True)


def net(*inner: keras.layers.Layer, units: int = 1, shape: tuple[int, ...] = (4,), **options: Any) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *inner, layers.Dense(units, **options)])


def of_family(name: str, **options: Any) -> keras.Model:
    spec = ModelSpec((6,), 11, width=8, depth=1, activation="relu", vocabulary=11, l2=0.01, **options)
    return MODELS[name].build(spec)


class Coupled(keras.layers.Layer):
    """Takes from each example the mean of its batch."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return x - tf.reduce_mean(x, 0, keepdims=True)


class Adding(keras.layers.Layer):
    """Adds the mean of its squared inputs to the loss."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        self.add_loss(0.1 * tf.reduce_mean(tf.square(x)))
        return x


class OwnLoss(keras.Model):
    """Minimises the greatest error of the batch."""

    def compute_loss(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool = True) -> tf.Tensor:
        return tf.reduce_max(tf.abs(y - y_pred))


def own_loss() -> keras.Model:
    inputs = keras.Input((4,))
    model = OwnLoss(inputs, layers.Dense(1)(layers.Dense(5, "tanh")(inputs)))
    model.compile(keras.optimizers.SGD(RATE), "mse")
    return model


def worst(y: Any, outputs: Any) -> Any:
    """The greatest error of the batch, for each of its examples."""
    return tf.reduce_max(tf.abs(y - outputs)) * tf.ones_like(y[:, 0])


# Name: the model, inputs, targets, loss and weights.
Case = tuple["Callable[[], keras.Model]", np.ndarray, np.ndarray, Any, "np.ndarray | None"]
PADDED: dict[str, Case] = {
    "dense": (lambda: net(layers.Dense(5, "tanh", kernel_regularizer="l2")), X, Y, "mse", None),
    "of classes": (lambda: net(layers.Dense(5, "relu"), units=3), X, CLASSES, FROM_LOGITS, None),
    "weighted": (lambda: net(layers.Dense(5, "tanh")), X, Y, losses.Huber(), WEIGHTS),
    "of weighted classes": (lambda: net(layers.Dense(5, "tanh"), units=3), X, CLASSES, FROM_LOGITS, OF_CLASS),
    "layer norm": (lambda: net(layers.Dense(5), layers.LayerNormalization()), X, Y, "mae", None),
    "no dropout": (lambda: net(layers.Dense(5, "tanh"), layers.Dropout(0.0)), X, Y, "mse", None),
    "frozen": (lambda: net(layers.Dense(5, "tanh", trainable=False)), X, Y, "mse", None),
    "recurrent": (lambda: net(layers.GRU(5), shape=(6, 2)), SERIES, Y, "mse", None),
    "of each step": (
        lambda: net(layers.LSTM(5, return_sequences=True), shape=(6, 2)), SERIES, SERIES[:, :, :1], "mse", None,
    ),
    "of pixels": (lambda: net(layers.Conv2D(3, 3, padding="same"), shape=(5, 5, 1)), PICTURES, PICTURES, "mse", None),
    "decoder": (lambda: of_family("decoder"), TOKENS, NEXT, FROM_LOGITS, None),
    "read text": (lambda: of_family("rnn_text"), TOKENS, NEXT, FROM_LOGITS, None),
}  # fmt: skip
CUT: dict[str, Case] = {
    "batch norm": (lambda: net(layers.Dense(5), layers.BatchNormalization()), X, Y, "mse", None),
    "batch norm that keeps nothing": (
        lambda: net(layers.Dense(5), layers.BatchNormalization(momentum=1.0)), X, Y, "mse", None,
    ),
    "activity": (lambda: net(layers.Dense(5, activity_regularizer=keras.regularizers.L2(1e-9))), X, Y, "mse", None),
    "coupled": (lambda: net(layers.Dense(5), Coupled()), X, Y, "mse", None),
    "coupled by a lambda": (lambda: net(layers.Dense(5), layers.Lambda(lambda x: x - x[:1])), X, Y, "mse", None),
    "coupled by an activation": (lambda: net(layers.Dense(5, lambda x: x - x[:1])), X, Y, "mse", None),
    "coupled by an axis": (lambda: net(layers.Dense(5), layers.Softmax(axis=0)), X, Y, "mse", None),
    "adding": (lambda: net(layers.Dense(5), Adding()), X, Y, "mse", None),
    "own loss": (own_loss, X, Y, "mse", None),
    "own function": (lambda: net(layers.Dense(5)), X, Y, worst, None),
    "sum": (lambda: net(layers.Dense(5)), X, Y, losses.MeanSquaredError(reduction="sum"), None),
    "of weights": (
        lambda: net(layers.Dense(5)), X, Y, losses.MeanSquaredError(reduction="mean_with_sample_weight"), WEIGHTS,
    ),
    "of the whole batch": (lambda: net(layers.Dense(5), activation="sigmoid"), X, abs(Y), losses.Dice(), None),
    "masked": (
        lambda: net(layers.Embedding(11, 4, mask_zero=True), layers.LSTM(4, return_sequences=True), shape=(6,)),
        TOKENS, SERIES[:, :, :1], "mse", None,
    ),
}  # fmt: skip


def built(case: Case) -> keras.Model:
    keras.utils.set_random_seed(4)
    return case[0]()


def trainer_of(case: Case, model: keras.Model) -> Trainer:
    _build, x, y, loss, weights = case
    objective = ModelObjective(model, x, y, loss, weights=weights)
    return Trainer(objective, keras.optimizers.SGD(RATE), BATCH, shuffle=False, by_layer=True)


def by_keras(case: Case, model: keras.Model) -> list[float]:
    """The loss of each batch as Keras finds it; the model is trained."""
    _build, x, y, loss, weights = case
    model.compile(keras.optimizers.SGD(RATE), loss)
    found = []
    for first in [*range(0, N, BATCH)] * EPOCHS:
        rows = slice(first, first + BATCH)
        weighed = None if weights is None else weights[rows]
        model.reset_metrics()
        found.append(float(model.train_on_batch(x[rows], y[rows], weighed)))
    return found


@pytest.mark.parametrize("name", [*PADDED, *CUT])
def test_each_update_is_that_of_train_on_batch(name: str) -> None:
    case = {**PADDED, **CUT}[name]
    model, expected = built(case), built(case)
    steps = trainer_of(case, model).advance(EPOCHS * 3)
    assert steps.loss == pytest.approx(np.array(by_keras(case, expected)), rel=2e-5)
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, rel=2e-5, abs=2e-5)


@pytest.mark.parametrize("name", [*PADDED, *CUT, "dropout"])
def test_a_model_is_traced_twice_only_where_examples_affect_each_other(name: str) -> None:
    dropped: Case = (lambda: net(layers.Dense(5), layers.Dropout(0.5)), X, Y, "mse", None)
    case = {**PADDED, **CUT, "dropout": dropped}[name]
    trainer = trainer_of(case, built(case))
    assert isinstance(trainer.objective, ModelObjective)
    assert trainer.objective.pads_short_batches() is (name in PADDED)
    sizes, whole = [], trainer.objective.loss_and_state

    def counted(values: Any, rows: Any, padded: bool = False) -> Any:
        sizes.append(rows.shape[0])
        return whole(values, rows, padded)

    trainer.objective.loss_and_state = counted  # type: ignore[method-assign]  # to see for which batches it is traced
    trainer.advance(4)
    assert sizes == ([BATCH] if name in PADDED else [BATCH, N % BATCH])


def test_the_gradient_of_a_short_batch_is_that_of_numpy_to_the_last_digits() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, dtype="float64")])
    x, y = X.astype(float), Y.astype(float)
    objective = ModelObjective(model, x, y, "mse", weights=WEIGHTS.astype(float))
    trainer = Trainer(objective, keras.optimizers.SGD(0.1), BATCH, shuffle=False)
    kernel, bias = (variable.numpy() for variable in trainer.variables)
    steps = trainer.advance(3)
    for step, rows in enumerate((slice(0, 8), slice(8, 16), slice(16, 22))):
        error, weights = x[rows] @ kernel + bias - y[rows], WEIGHTS[rows, None].astype(float)
        slopes = x[rows].T @ (2 * weights * error) / len(error), np.mean(2 * weights * error, 0)
        assert steps.loss[step] == pytest.approx(np.mean(weights * error**2), rel=1e-14)
        assert steps.gradient[step] == pytest.approx(np.concatenate([slopes[0][:, 0], slopes[1]]), rel=1e-13)
        kernel, bias = kernel - 0.1 * slopes[0], bias - 0.1 * slopes[1]
    assert trainer.variables[0].numpy() == pytest.approx(kernel, rel=1e-14)


def test_padding_is_the_first_example_of_the_batch_and_counts_for_nothing() -> None:
    rows, weights = padded_batch(tf.constant([3, 5, -1, -1]), "float64", 2)
    np.testing.assert_array_equal(rows, [3, 5, 3, 3])
    np.testing.assert_array_equal(weights, [[2], [2], [0], [0]])
    rows, weights = padded_batch(tf.constant([4, 1, 2]), "float32", 1)
    np.testing.assert_array_equal(rows, [4, 1, 2])
    np.testing.assert_array_equal(weights, np.ones(3, "float32"))


def test_outputs_say_how_many_axes_a_loss_has() -> None:
    inputs = keras.Input((6, 2))
    several = keras.Model(inputs, [layers.Dense(1)(inputs), layers.LSTM(3)(inputs)])
    assert [loss_axes(model) for model in (net(), of_family("decoder"), several)] == [1, 2, 0]


def test_whether_to_pad_is_found_out_outside_of_a_program_that_is_traced_when_it_is_asked() -> None:
    objective = ModelObjective(net(layers.Dense(5)), X, Y)
    assert isinstance(objective, StatefulObjective)  # which looks at every name, and must compute nothing

    @tf.function
    def asks() -> tf.Tensor:
        assert isinstance(objective, StatefulObjective)
        return tf.constant(objective.pads_short_batches())

    assert bool(asks())
