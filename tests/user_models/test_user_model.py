"""A Keras model and arrays of somebody's own: on the page, and back at its weights for each run."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from typing import Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning.model_objective import ModelObjective
from core.training.trainer import Trainer
from core.user_models.making import user_model_of
from widgets.dashboard import Dashboard
from widgets.page.start import first_page

PATIENCE = 90.0  # seconds; a bound for a busy machine that imports TensorFlow, not a wait

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] > 0).astype("int32")
QUANTITY = (X @ np.array([1.0, -2.0, 0.5])).astype("float32")
MANY = np.tile(QUANTITY, 2)
CONFIG = TrainingConfig(problem="csv", seed=4)


def net(outputs: int, activation: str | None = None) -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(outputs, activation)])


def test_the_arrays_are_split_without_loss_and_left_as_they_are() -> None:
    own = user_model_of(net(1), (X, QUANTITY))
    split = own.learner(own.setup(CONFIG)).split
    assert (len(split.x_train), len(split.x_val)) == (48, 12)
    both = np.concatenate([split.x_train, split.x_val])
    assert np.array_equal(both[np.lexsort(both.T)], X[np.lexsort(X.T)])
    assert split.y_train.shape == (48,)


def test_classes_have_the_shares_of_the_whole_in_both_parts() -> None:
    y = np.zeros(300, int)
    y[:9] = 1
    own = user_model_of(net(1, "sigmoid"), (RNG.normal(size=(300, 3)), y))
    split = own.learner(own.setup(CONFIG)).split
    assert (split.y_train.sum(), split.y_val.sum()) == (7, 2)


def test_each_run_starts_from_the_weights_the_model_came_with() -> None:
    own = user_model_of(net(2), (X, CLASSES))
    first = own.learner(own.setup(CONFIG))
    Trainer(first.objective, keras.optimizers.SGD(0.1)).advance(3)
    assert not np.array_equal(own.model.get_weights()[0], own.state[0])
    again = own.learner(own.setup(CONFIG))
    assert all(np.array_equal(a, b) for a, b in zip(again.objective.initial, own.state, strict=True))


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (X, CLASSES[:5], "60 inputs and 5 targets"),
        (X[:3], CLASSES[:3], "At least 4 inputs"),
        (X[:, :2], CLASSES, "does not fit the data"),
        (np.where(X > 2, np.nan, X), CLASSES, "missing or infinite"),
        ([[1, 2], [3]], CLASSES, "different lengths"),
        (X.astype(object).astype(str).astype(object) + "a", CLASSES, "does not fit the data"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_one_sentence(x: Any, y: np.ndarray, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        user_model_of(net(2), (x, y))


class Eager(keras.layers.Layer):
    """A layer that cannot be compiled."""

    def call(self, x: Any) -> Any:
        return keras.ops.convert_to_tensor(2 * np.asarray(x))


def eager() -> keras.Model:
    model = keras.Sequential([Eager(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    return model


def stateful() -> keras.Model:
    inputs = keras.Input(batch_shape=(10, 3, 1))
    return keras.Model(inputs, keras.layers.Dense(1)(keras.layers.LSTM(2, stateful=True)(inputs)))


def normalized() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.SpectralNormalization(keras.layers.Dense(1))])


WHOLE, OF_PLACES = np.ones(60), np.ones((60, 3))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"model": eager(), "data": (X, QUANTITY)}, "runs only with run_eagerly=True"),
        ({"model": stateful(), "data": (X[..., None], QUANTITY)}, "a layer with stateful=True"),
        ({"model": net(3), "data": (X, X, OF_PLACES)}, "sample_weight must be one number for each example"),
        ({"model": net(1), "data": (X, QUANTITY, [WHOLE, WHOLE])}, "sample_weight must be one number for each"),
        ({"model": net(2), "data": (X, CLASSES), "class_weight": "balanced"}, "class_weight must say what each class"),
        ({"model": net(2), "data": (X, CLASSES), "class_weight": {0: "much"}}, "must have a number of at least 0"),
        ({"model": net(2), "data": (X, CLASSES), "class_weight": {0: -1.0}}, "must have a number of at least 0"),
        (
            {"model": net(2), "data": (X, CLASSES), "validation_split": 1.5},
            "validation_split must be a share between 0.1",
        ),
        ({"model": net(2), "data": (X, CLASSES), "validation_split": "20%"}, "validation_split must be a share"),
        ({"model": normalized(), "data": (X, QUANTITY)}, "A layer assigns the weight .*kernel while it is called"),
        ({"model": net(2), "data": (X, QUANTITY)}, "puts out 2 numbers for each example, and y has one"),
        ({"model": net(3, "softmax"), "data": (X, QUANTITY)}, "puts out 3 numbers for each example, and y has one"),
        ({"model": net(2)}, "comes with its data"),
        ({"model": net(2), "data": (X, CLASSES, X, X)}, "must be"),
        ({"model": net(2), "data": (X, CLASSES), "loss": "mean_sqared_error"}, "mean_sqared_error"),
        ({"model": net(2), "data": (X, CLASSES), "class_names": ["a"]}, "class_names has 1"),
        ({"model": net(2), "data": (X, CLASSES), "task": "guessing"}, "task must be one of"),
        ({"model": Counter(), "data": (X, CLASSES)}, "must be a Keras 3 model .* it is a Counter of collections"),
        ({"model": keras.Sequential, "data": (X, CLASSES)}, "Sequential is a class: .* model=Sequential"),
    ],
)
def test_a_page_that_cannot_be_is_refused_before_it_is_made(
    arguments: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with pytest.raises(ConfigError, match=sentence):
        Dashboard(**arguments)
    gc.collect()
    assert unraisable == []


def test_a_model_of_another_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(ConfigError, match="Keras computes with jax here, and the page trains with TensorFlow"):
        Dashboard(model=net(2), data=(X, CLASSES))


def test_the_page_trains_a_copy_and_hands_it_back() -> None:
    model = net(2)
    before = [w.copy() for w in model.get_weights()]
    dash = Dashboard(model=model, data=(X, CLASSES))
    try:
        dash.set(epochs=2)
        dash.play()
        assert dash.wait(PATIENCE)
        assert dash.history["step"].tolist() == [0, 1, 2, 3]
        trained = dash.model
        assert trained is not None
        assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))
        assert not any(np.array_equal(a, b) for a, b in zip(trained.get_weights(), before, strict=True))
        assert "family" not in str(dash._controls.widget.children)
    finally:
        dash.close()


def test_a_config_of_another_problem_says_only_how_to_train() -> None:
    dash = Dashboard(TrainingConfig(optimizer="sgd", learning_rate=0.1, epochs=2), model=net(1), data=(X, QUANTITY))
    try:
        assert (dash.config.problem, dash.config.optimizer, dash.config.learning_rate) == ("csv", "sgd", 0.1)
        dash.set(start_x=1.0)
        dash.play()
        assert dash.wait(PATIENCE)
        assert len(dash.history["loss"]) == 2
    finally:
        dash.close()


def test_a_float64_model_is_trained_in_float64_without_any_widget() -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,), dtype="float64"), keras.layers.Dense(1, dtype="float64")])
    kernel, bias = model.get_weights()
    x, y = X.astype(float), QUANTITY.astype(float)[:, None]
    trainer = Trainer(ModelObjective(model, x, y, loss="mse"), keras.optimizers.SGD(0.1), batch_size=10, shuffle=False)
    steps = trainer.advance(25)
    for i in range(25):
        rows = np.arange(10) + 10 * (i % 6)
        error = x[rows] @ kernel + bias - y[rows]
        assert steps.loss[i] == pytest.approx(np.mean(error**2), rel=1e-12)
        kernel, bias = kernel - 0.2 * x[rows].T @ error / 10, bias - 0.2 * error.mean(0)
    assert np.allclose(model.get_weights()[0], kernel, rtol=1e-12)


def test_an_error_in_ones_own_loss_is_shown_with_its_own_traceback() -> None:
    def careless(y: Any, outputs: Any) -> Any:
        if y.shape[0] is not None and y.shape[0] > 16:  # not for the few examples by which it is tried
            raise ZeroDivisionError("in my own line")
        return keras.ops.mean((y - outputs) ** 2, axis=-1)

    dash = Dashboard(TrainingConfig(batch_size=32), model=net(1), data=(X, QUANTITY), loss=careless)
    try:
        dash.play()
        assert dash.wait(PATIENCE)
        assert dash.fault is not None
        assert "in careless" in dash.fault
        assert "ZeroDivisionError: in my own line" in dash.fault
        notice = dash._session.staged.frame(frozenset(), (None, None))[1]
        assert "lab.fault" in notice.sentence
        assert "ZeroDivision" not in notice.sentence
    finally:
        dash.close()


def test_several_inputs_and_outputs_train_on_a_page() -> None:
    first, second = keras.Input((3,), name="first"), keras.Input((2,), name="second")
    hidden = keras.layers.Dense(4, "tanh")(keras.layers.Concatenate()([first, second]))
    outputs = [keras.layers.Dense(1, name="amount")(hidden), keras.layers.Dense(2, "softmax", name="kind")(hidden)]
    model = keras.Model([first, second], outputs)
    model.compile("adam", ["mse", "sparse_categorical_crossentropy"], metrics=[["mae"], ["accuracy"]])
    dash = Dashboard(model=model, data=([X, X[:, :2]], [QUANTITY, CLASSES]))
    try:
        dash.set(epochs=2)
        dash.play()
        assert dash.wait(PATIENCE)
        assert dash.fault is None
        assert (dash.config.optimizer, dash.config.learning_rate) == ("adam", 0.001)
        assert len(dash.history["validation_metric"]) > 1
        staged = dash._session.staged
        names = frozenset(panel.id for panel in staged.scene.panels())
        frame, _notice = staged.frame(names, (None, None))
        assert {"loss", "metric", "next-step"} <= names
        assert not any("cannot be" in str(panel.get("note")) for panel in frame["panels"].values())
    finally:
        dash.close()


def test_a_rate_that_cannot_reach_the_targets_is_said() -> None:
    own = user_model_of(net(1), (X, 500 + QUANTITY))
    few, many = (CONFIG.replace(optimizer="adam", learning_rate=0.001, epochs=epochs) for epochs in (5, 1_000_000))
    assert "scale_targets=True" in own.setup(few).notes[0]
    assert own.setup(many).notes == ()
    assert user_model_of(net(1), (X, 500 + QUANTITY), scale_targets=True).setup(few).notes == ()
    for far in (2e6 + 1e6 * QUANTITY, 2e6 + 1e5 * QUANTITY):  # nor where it is spread as far
        assert "scale_targets=True" in user_model_of(net(1), (X, far)).setup(few).notes[0]


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (2e6 + 1e6 * MANY, "standardized y"),
        (1e-6 * MANY, "standardized y"),
        (MANY, ""),
        (np.full(len(MANY), 7.0), "All values of y are equal, 7"),
        (np.where(np.arange(len(MANY)) == 3, 90.0, MANY), "One example in a hundred"),
    ],
)
def test_targets_say_why_a_model_may_be_no_better_than_none(y: np.ndarray, words: str) -> None:
    own = [user_model_of(net(1), (np.tile(X, (2, 1)), y), scale_targets=scaled) for scaled in (False, True)]
    hints = [each.setup(CONFIG).hint for each in own]
    assert words in hints[0]
    assert bool(hints[0]) == bool(words)
    assert hints[1] == ("" if "standardized" in words else hints[0])


class Silent(keras.Model):
    """A model that cannot be copied: Keras cannot say how it was made."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.out = keras.layers.Dense(units)

    def call(self, x: Any) -> Any:
        return self.out(x)


def test_of_a_model_that_cannot_be_copied_the_newest_page_alone_trains_it() -> None:
    model = Silent(2)
    old = Dashboard(model=model, data=(X, CLASSES))
    old.set(epochs=1_000_000_000)
    old.play()
    new = Dashboard(model=model, data=(X, CLASSES))
    try:
        assert old._session.run.join(PATIENCE)
        is_itself = new._session.trains_itself
        assert is_itself
        new.step(3)
        assert new.wait(PATIENCE)
        trained = new.model
        assert trained is model
    finally:
        new.close()


def test_weights_may_be_given_beside_x_and_y() -> None:
    weights = np.linspace(0.5, 2, len(X)).astype("float32")
    apart = first_page(None, net(2), (X, CLASSES), {"sample_weight": weights})[1]
    within = first_page(None, net(2), (X, CLASSES, weights), {})[1]
    assert apart is not None
    assert within is not None
    np.testing.assert_array_equal(apart.data.weights, weights)
    np.testing.assert_array_equal(within.data.weights, weights)
    with pytest.raises(ConfigError, match="sample_weight goes with data="):
        first_page(None, net(2), (X, CLASSES, weights), {"sample_weight": weights})
    with pytest.raises(ConfigError, match="comes with its data"):
        Dashboard(class_names=["a", "b"])
    with pytest.raises(TypeError, match="unexpected keyword argument 'classnames'"):
        Dashboard(classnames=["a", "b"])  # type: ignore[call-arg]  # misspelt on purpose


class WrongInTraining(keras.layers.Layer):
    """A layer with a fault that a first look at inference does not meet."""

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            raise ValueError("my own layer is wrong")
        return x


def test_a_fault_in_a_layer_of_ones_own_is_on_the_page_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    model = keras.Sequential([keras.Input((3,)), WrongInTraining(), keras.layers.Dense(1)])
    dash = Dashboard(model=model, data=(X, QUANTITY))
    try:
        dash.play()
        assert dash.wait(PATIENCE)
        assert "ValueError" in str(dash.fault)
        assert "my own layer is wrong" in dash._session.staged.cards()
        monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
        assert "my own layer is wrong" not in dash._session.staged.cards()
        dash.reset()  # the page lives on
        dash.play()
        assert dash.wait(PATIENCE)
    finally:
        dash.close()
