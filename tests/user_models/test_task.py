"""The task of a model of one's own: told by what its owner said, then by its last layer and y, never by a dtype."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.user_models.making import user_model_of

layers = keras.layers
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype("float32")
TWO, THREE = np.arange(40) % 2, np.arange(40) % 3


def net(outputs: int, activation: str | None = None, **compiled: Any) -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(outputs, activation)])
    if compiled:
        model.compile("sgd", **compiled)
    return model


CASES: list[tuple[keras.Model, Any, dict[str, Any], str, str, tuple[str, ...]]] = [
    (net(1, "sigmoid"), TWO, {}, "two classes", "cross-entropy", ("0", "1")),
    (net(1, "sigmoid"), TWO.astype(float), {}, "two classes", "cross-entropy", ("0", "1")),
    (net(1, "sigmoid"), 2 * TWO - 1, {}, "two classes", "cross-entropy", ("-1", "1")),
    (net(1, "sigmoid"), np.array(["no", "yes"])[TWO], {}, "two classes", "cross-entropy", ("no", "yes")),
    (net(1, "tanh", loss="hinge"), 2 * TWO - 1, {}, "two classes", "hinge loss", ("-1", "1")),
    (net(1), RNG.poisson(9, 40), {}, "quantity", "mean squared error", ()),
    (net(1), 1000 * THREE - 7, {}, "quantity", "mean squared error", ()),
    (net(1, loss="mae"), THREE, {}, "quantity", "mean absolute error", ()),
    (net(1), TWO, {"task": "classification"}, "two classes", "cross-entropy", ("0", "1")),
    (net(3, "softmax"), THREE, {}, "classes", "cross-entropy", ("0", "1", "2")),
    (net(3, "softmax"), THREE + 1, {}, "classes", "cross-entropy", ("1", "2", "3")),
    (net(3), THREE.astype(float), {}, "classes", "cross-entropy", ("0", "1", "2")),
    (net(5), THREE, {}, "classes", "cross-entropy", ("0", "1", "2", "3", "4")),
    (net(3, "softmax"), THREE, {"class_names": ["a", "b", "c"]}, "classes", "cross-entropy", ("a", "b", "c")),
    (net(3, "softmax"), np.eye(3)[THREE], {}, "one-hot", "cross-entropy", ("0", "1", "2")),
    (net(3, "softmax", loss="mse"), np.eye(3)[THREE], {}, "one-hot", "mean squared error", ("0", "1", "2")),
    (net(3, "sigmoid"), RNG.integers(0, 2, (40, 3)), {}, "labels", "cross-entropy", ("0", "1", "2")),
    (net(3), RNG.normal(size=(40, 3)), {}, "quantity", "mean squared error", ()),
    (net(1, loss="mse"), TWO, {"loss": "binary_crossentropy"}, "two classes", "cross-entropy", ("0", "1")),
    (net(1, "sigmoid"), RNG.uniform(size=40), {}, "quantity", "mean squared error", ()),
]


class OwnLoss(keras.Model):
    """A model that computes its loss itself."""

    def __init__(self) -> None:
        super().__init__()
        self.out = layers.Dense(1)

    def call(self, x: Any) -> Any:
        return self.out(x)

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **_more: Any) -> Any:
        return keras.ops.mean(keras.ops.abs(y - y_pred) ** 3)


def test_a_loss_that_a_model_computes_itself_is_called_by_no_other_name() -> None:
    own = user_model_of(OwnLoss(), (X, X[:, :1]))
    assert own.judgement.loss == "the model's own loss"
    assert own.learner(own.setup(TrainingConfig(problem="csv"))).baselines == ()


def test_a_model_that_was_compiled_without_a_loss_and_adds_none_gets_that_of_its_task() -> None:
    model = net(1)
    model.compile("sgd")
    assert user_model_of(model, (X, X[:, 0])).judgement.loss == "mean squared error"


@pytest.mark.parametrize(("model", "y", "said", "kind", "loss", "classes"), CASES)
def test_it_is_read_as_its_owner_means_it(
    model: keras.Model, y: np.ndarray, said: dict[str, Any], kind: str, loss: str, classes: tuple[str, ...]
) -> None:
    own = user_model_of(model, (X, y), **said)
    assert (own.judgement.answers.kind, own.judgement.loss, own.classes) == (kind, loss, classes)


@pytest.mark.parametrize(
    ("model", "y", "sentence"),
    [
        (net(2, "softmax"), THREE, "y has 3 different values and the model 2 outputs"),
        (net(1), np.array(["no", "yes"])[TWO], None),
        (net(1, "sigmoid", loss="mse"), np.array(["a", "b", "c"])[THREE], "3 different values"),
        (net(2, "sigmoid", loss="binary_crossentropy"), np.eye(3)[THREE], "2 outputs and y has 3 columns"),
    ],
)
def test_what_cannot_be_learned_is_said(model: keras.Model, y: np.ndarray, sentence: str | None) -> None:
    if sentence is None:  # texts of two kinds are classes, whatever the last layer
        assert user_model_of(model, (X, y)).classes == ("no", "yes")
        return
    with pytest.raises(ConfigError, match=sentence):
        user_model_of(model, (X, y))


def test_compiled_metrics_come_before_those_of_the_task_and_none_comes_twice() -> None:
    quantity = user_model_of(net(1, loss="mse", metrics=["mae"]), (X, X[:, 0]))
    assert quantity.judgement.metrics == ("mae", "R2")
    two = user_model_of(net(1, "sigmoid", loss="binary_crossentropy", metrics=["accuracy"]), (X, TWO))
    assert two.judgement.metrics == ("accuracy", "AUC", "F1")
