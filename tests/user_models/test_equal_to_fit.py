"""Models of one's own arrive where `model.fit(shuffle=False)` does, and are evaluated as `model.evaluate` does."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import TrainingConfig
from core.datasets.split import Split
from core.findings.evaluation import EvaluationProbe
from core.optimizers.registry import OPTIMIZERS
from core.training.trainer import Trainer
from core.user_models.making import user_model_of
from core.user_models.user_model import UserModel, restore, values_of

layers = keras.layers
RNG = np.random.default_rng(1)
X = RNG.normal(size=(70, 5)).astype("float32")
QUANTITY = (X @ np.arange(5.0)).astype("float32")
CLASSES = RNG.integers(0, 3, 70)
TOKENS = RNG.integers(0, 30, (70, 9))
PADDED = TOKENS * (np.arange(9) < RNG.integers(2, 9, (70, 1)))
CLASSES_OF_PLACES = RNG.integers(0, 3, (70, 9))
IMAGES = RNG.normal(size=(70, 6, 6, 1)).astype("float32")
WEIGHTS = RNG.uniform(0.5, 2, 70)
CONFIG = TrainingConfig(problem="csv", batch_size=16)
EPOCHS = 2


def sequential(*inner: Any, shape: tuple[int | None, ...] = (5,)) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *inner])


class Subclassed(keras.Model):
    """Layers as attributes, a `call` that knows no training."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.out = layers.Dense(6, "relu"), layers.Dense(3, "softmax")

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))


class Penalized(keras.layers.Layer):
    """A layer that adds to the loss."""

    def call(self, x: Any) -> Any:
        self.add_loss(0.1 * keras.ops.mean(x**2))
        return x


class Counting(keras.layers.Layer):
    """A layer with state of its own: a running mean, a count of calls, and random numbers."""

    def build(self, shape: Any) -> None:
        self.factor = self.add_weight(shape=(shape[-1],), initializer="ones")
        self.mean = self.add_weight(shape=(shape[-1],), initializer="zeros", trainable=False)
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.noise = keras.random.SeedGenerator(3)

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            self.mean.assign(0.9 * self.mean + 0.1 * keras.ops.mean(x, axis=0))
            self.calls.assign(self.calls + 1)
            x = x + 0.1 * keras.random.normal(keras.ops.shape(x), seed=self.noise)
        return self.factor * (x - self.mean)


class Cubed(keras.Model):
    """A model that computes its loss itself."""

    def __init__(self) -> None:
        super().__init__()
        self.out = layers.Dense(1)

    def call(self, x: Any) -> Any:
        return self.out(x)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        return keras.ops.mean(keras.ops.abs(y - y_pred) ** 3)


def frozen() -> keras.Model:
    model = sequential(layers.Dense(4, "tanh"), layers.BatchNormalization(), layers.Dense(1))
    model.layers[0].trainable = False
    return model


def shared() -> keras.Model:
    """One layer that is called twice: its gradient is the sum of both."""
    first, second = keras.Input((5,), name="first"), keras.Input((5,), name="second")
    tower = layers.Dense(4, "tanh")
    return keras.Model([first, second], layers.Dense(1)(layers.Subtract()([tower(first), tower(second)])))


def inner_frozen() -> keras.Model:
    """A nested model with batch norm, frozen as a whole: its averages stand, as Keras has it."""
    inner = sequential(layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.2))
    inner.trainable = False
    return sequential(inner, layers.Dense(1))


class Reconstructing(keras.Model):
    """A model that adds all of its loss itself, as autoencoders with a latent space do."""

    def __init__(self) -> None:
        super().__init__()
        self.code, self.out = layers.Dense(2, "tanh"), layers.Dense(5)

    def call(self, x: Any) -> Any:
        code = self.code(x)
        found = self.out(code)
        self.add_loss(keras.ops.mean((found - x) ** 2) + 0.01 * keras.ops.sum(code**2))
        return found


def alike(y: Any, outputs: Any) -> Any:
    """A loss of one's own that compares the examples of a batch."""
    y, outputs = keras.ops.reshape(y, (-1,)), keras.ops.reshape(outputs, (-1,))
    y, outputs = y - keras.ops.mean(y), outputs - keras.ops.mean(outputs)
    return -keras.ops.sum(y * outputs) / keras.ops.sqrt(keras.ops.sum(y**2) * keras.ops.sum(outputs**2) + 1e-6)


def fixed() -> keras.Model:
    """A model that was declared for one batch size, and can do without."""
    inputs = keras.Input(batch_shape=(16, 5))
    return keras.Model(inputs, layers.Dense(1)(inputs))


def several() -> keras.Model:
    first, second = keras.Input((5,), name="first"), keras.Input((9,), name="second")
    hidden = layers.Dense(6, "relu")(layers.Concatenate()([first, second]))
    return keras.Model([first, second], [layers.Dense(1, name="amount")(hidden), layers.Dense(3, name="kind")(hidden)])


SPARSE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
CASES: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]] = {
    "functional": (lambda: sequential(layers.Dense(6, "relu"), layers.Dense(3)), (X, CLASSES), {"loss": SPARSE}),
    "not built": (lambda: keras.Sequential([layers.Dense(4, "tanh"), layers.Dense(1)]), (X, QUANTITY), {"loss": "mse"}),
    "of one batch size": (fixed, (X, QUANTITY), {"loss": "mse"}),
    "whole numbers": (Subclassed, (TOKENS[:, :5], CLASSES), {"loss": "sparse_categorical_crossentropy"}),
    "subclassed": (Subclassed, (X, CLASSES.astype(float)), {"loss": "sparse_categorical_crossentropy"}),
    "nested": (
        lambda: sequential(sequential(layers.Dense(4, "relu")), layers.Dense(1)),
        (X, QUANTITY),
        {"loss": "mae"},
    ),
    "frozen": (frozen, (X, QUANTITY), {"loss": "huber"}),
    "batch norm": (
        lambda: sequential(layers.Dense(6), layers.BatchNormalization(), layers.Dense(1)),
        (X, QUANTITY),
        {"loss": "mse"},
    ),
    "own state": (lambda: sequential(Counting(), layers.Dense(1)), (X, QUANTITY), {"loss": "mse"}),
    "dropout": (
        lambda: sequential(layers.Dense(6, "relu"), layers.Dropout(0.5), layers.Dense(1)),
        (X, QUANTITY),
        {"loss": "mse"},
    ),
    "shared": (shared, ([X, X[::-1].copy()], QUANTITY), {"loss": "mse"}),
    "frozen whole": (inner_frozen, (X, QUANTITY), {"loss": "mse"}),
    "add_loss": (lambda: sequential(Penalized(), layers.Dense(1)), (X, QUANTITY), {"loss": "mse"}),
    "regularized": (
        lambda: sequential(layers.Dense(1, kernel_regularizer="l2", activity_regularizer="l1")),
        (X, QUANTITY),
        {"loss": "mse"},
    ),
    "compute_loss": (Cubed, (X, QUANTITY[:, None]), {"loss": None}),
    "masked": (
        lambda: sequential(
            layers.Embedding(30, 4, mask_zero=True), layers.LSTM(4), layers.Dense(1, "sigmoid"), shape=(9,)
        ),
        (TOKENS, (CLASSES > 0).astype(int)),
        {"loss": "binary_crossentropy"},
    ),
    "masked answers": (
        lambda: sequential(
            layers.Embedding(30, 4, mask_zero=True), layers.GRU(4, return_sequences=True), layers.Dense(1), shape=(9,)
        ),
        (TOKENS, RNG.normal(size=(70, 9, 1))),
        {"loss": "mse"},
    ),
    "masked classes": (
        lambda: sequential(
            layers.Embedding(30, 4, mask_zero=True),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(3, "softmax"),
            shape=(9,),
        ),
        (PADDED, CLASSES_OF_PLACES),
        {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
    ),
    "a mask for each image": (
        lambda: sequential(layers.Conv2D(1, 3, padding="same", activation="sigmoid"), shape=(6, 6, 1)),
        (IMAGES, (IMAGES > 0.2).astype(int)),
        {"loss": "binary_crossentropy", "metrics": ["binary_accuracy"]},
    ),
    "added loss alone": (Reconstructing, (X, X), {"loss": None}),
    "loss of a batch": (lambda: sequential(layers.Dense(1)), (X, QUANTITY), {"loss": alike}),
    "one number without an axis": (
        lambda: sequential(layers.Dense(1), layers.Reshape(())),
        (X, 113 + QUANTITY),
        {"loss": "mse"},
    ),
    "poisson": (lambda: sequential(layers.Dense(1, "exponential")), (X, RNG.poisson(3, 70)), {"loss": "poisson"}),
    "sum": (
        lambda: sequential(layers.Dense(1)),
        (X, QUANTITY),
        {"loss": keras.losses.MeanSquaredError(reduction="sum")},
    ),
    "weights": (lambda: sequential(layers.Dense(1)), (X, QUANTITY, WEIGHTS), {"loss": "mse"}),
    "several": (
        several,
        ([X, TOKENS], [QUANTITY, CLASSES]),
        {"loss": ["mse", SPARSE], "loss_weights": [1.0, 0.3], "metrics": [["mae"], ["accuracy"]]},
    ),
}


RANDOM = ("own state", "dropout", "frozen whole")  # XLA, which trains them here, draws other numbers than the graph


def made(name: str) -> tuple[keras.Model, tuple[Any, ...], dict[str, Any]]:
    keras.utils.set_random_seed(7)
    build, data, compiled = CASES[name]
    model = build()
    if not model.built:
        model(X[:1])
    return model, data, compiled


def trained(own: UserModel, x: Any, y: Any, weights: Any) -> list[float]:
    """The losses of the epochs; the model stands where training led."""
    objective = own.objective(x, y, weights)
    optimizer = OPTIMIZERS["sgd"].build(vars(TrainingConfig(learning_rate=0.01)))
    trainer = Trainer(objective, optimizer, batch_size=16, shuffle=False, by_layer=True)
    sizes = np.array([16, 16, 16, 16, 6])
    return [float(np.average(trainer.advance(5).loss, weights=sizes)) for _epoch in range(EPOCHS)]


@pytest.mark.parametrize("name", CASES)
def test_it_arrives_where_fit_does_and_is_evaluated_as_keras_does(name: str) -> None:
    model, data, compiled = made(name)
    before = values_of(model)
    model.compile(keras.optimizers.SGD(0.01), jit_compile=name in RANDOM or "auto", **compiled)
    weighted = {"sample_weight": data[2]} if len(data) > 2 else {}
    past = model.fit(*data[:2], batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0, **weighted)
    after = values_of(model)
    restore(model, before)
    own = user_model_of(model, data)
    losses = trained(own, own.data.x, own.data.y, own.data.weights)
    assert losses == pytest.approx(past.history["loss"], rel=2e-5)
    for ours, theirs in zip(values_of(model), after, strict=True):
        assert ours == pytest.approx(theirs, rel=2e-4, abs=2e-5)
    learner = own.learner(own.setup(CONFIG))
    snapshot = Trainer(learner.objective, keras.optimizers.SGD(0.01), 16).snapshot()
    found = EvaluationProbe(learner).look(snapshot)
    split = learner.split
    x, y = (getattr(part, "nest", part) for part in (split.x_val, split.y_val))
    expected = model.evaluate(x, y, batch_size=16, sample_weight=split.w_val, verbose=0, return_dict=True)
    assert found.val_loss[0] == pytest.approx(expected["loss"], rel=1e-6)
    for metric in expected.keys() & {found.metric, *found.others}:
        value = found.val_metric if metric == found.metric else found.others[metric][1]
        assert value[0] == pytest.approx(expected[metric], rel=1e-6)


def test_class_weights_count_as_in_fit() -> None:
    weight = {0: 3.0, 2: 0.5}
    keras.utils.set_random_seed(7)
    model = sequential(layers.Dense(3))
    before = values_of(model)
    model.compile(keras.optimizers.SGD(0.01), SPARSE)
    past = model.fit(
        X, CLASSES, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0, class_weight={**weight, 1: 1.0}
    )
    restore(model, before)
    own = user_model_of(model, (X, CLASSES), class_weight=weight)
    x, y = np.asarray(own.data.x), np.asarray(own.data.y)
    every = Split(x, y, x, y)
    losses = trained(own, own.data.x, own.data.y, own.weights(every))
    assert losses == pytest.approx(past.history["loss"], rel=2e-5)


def test_validation_split_holds_out_what_fit_holds_out() -> None:
    own = user_model_of(sequential(layers.Dense(1)), (X, QUANTITY), in_order=True)
    split = own.learner(own.setup(CONFIG.replace(train_share=0.75))).split
    np.testing.assert_array_equal(split.x_train, X[:52])
    np.testing.assert_array_equal(split.y_val, QUANTITY[52:])


def by_place(y: np.ndarray, outputs: np.ndarray, tokens: np.ndarray) -> float:
    counted = tokens != 0
    return float(np.mean(outputs.argmax(-1)[counted] == y[counted]))


def test_accuracy_leaves_out_the_places_that_a_model_masks() -> None:
    model, data, _compiled = made("masked classes")
    own = user_model_of(model, data, "sparse_categorical_crossentropy")
    learner = own.learner(own.setup(CONFIG))
    found = EvaluationProbe(learner).look(Trainer(learner.objective, keras.optimizers.SGD(0.01), 16).snapshot())
    split = learner.split
    expected = by_place(split.y_val, model.predict(split.x_val, verbose=0), split.x_val)
    assert found.metric == "accuracy"
    assert found.val_metric[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("names", [("red", "green"), tuple(f"word {i}" for i in range(30))])
def test_a_model_that_reads_text_trains_as_fit_does(names: tuple[str, ...]) -> None:
    words = np.array(names)[RNG.integers(0, len(names), (70, 1))]

    def build() -> keras.Model:
        keras.utils.set_random_seed(7)
        look = layers.StringLookup(vocabulary=list(names), output_mode="one_hot")
        model = keras.Sequential([keras.Input((1,), dtype="string"), look, layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.01), "mse")
        return model

    model, reference = build(), build()
    past = reference.fit(tf.constant(words), QUANTITY, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0)
    own = user_model_of(model, (words, QUANTITY))
    losses = trained(own, own.data.x, own.data.y, own.data.weights)
    assert losses == pytest.approx(past.history["loss"], rel=2e-5)
