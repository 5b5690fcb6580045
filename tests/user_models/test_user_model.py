"""A Keras model and arrays of somebody's own: on the page, and back at its weights for each run."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning.model_objective import ModelObjective
from core.training.trainer import Trainer
from core.user_models.user_model import UserModel
from widgets.dashboard import Dashboard

PATIENCE = 90.0  # seconds; a bound for a busy machine that imports TensorFlow, not a wait

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] > 0).astype("int32")
QUANTITY = (X @ np.array([1.0, -2.0, 0.5])).astype("float32")
CONFIG = TrainingConfig(problem="csv", seed=4)


def net(outputs: int) -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(outputs)])


def test_the_arrays_are_split_without_loss_and_left_as_they_are() -> None:
    own = UserModel(net(1), X, QUANTITY)
    split = own.learner(own.setup(CONFIG)).split
    assert (len(split.x_train), len(split.x_val)) == (48, 12)
    both = np.concatenate([split.x_train, split.x_val])
    assert np.array_equal(both[np.lexsort(both.T)], X[np.lexsort(X.T)])
    assert split.y_train.shape == (48, 1)


def test_each_run_starts_from_the_weights_the_model_came_with() -> None:
    own = UserModel(net(2), X, CLASSES)
    first = own.learner(own.setup(CONFIG))
    Trainer(first.objective, keras.optimizers.SGD(0.1)).advance(3)
    assert not np.array_equal(own.model.get_weights()[0], own.state[0])
    again = own.learner(own.setup(CONFIG))
    assert all(np.array_equal(a, b) for a, b in zip(again.objective.initial, own.state, strict=True))


def test_whole_numbers_are_classes_and_others_quantities() -> None:
    classes, quantity = (UserModel(net(n), X, y).setup(CONFIG) for n, y in ((2, CLASSES), (1, QUANTITY)))
    assert (classes.metric, classes.classes, classes.parameters) == ("accuracy", ("0", "1"), 26)
    assert (quantity.metric, quantity.classes) == ("R2", ())


@pytest.mark.parametrize(("x", "y"), [(X, CLASSES[:5]), (X[:3], CLASSES[:3]), (X[:, 0], CLASSES), (X, X)])
def test_arrays_that_do_not_fit_are_refused_in_one_sentence(x: np.ndarray, y: np.ndarray) -> None:
    with pytest.raises(ConfigError, match=r"^[A-Z].*\.$"):
        UserModel(net(2), x, y)


# ipywidgets cannot delete a widget whose constructor raised, and warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_model_without_data_is_refused() -> None:
    with pytest.raises(ConfigError, match="comes with its data"):
        Dashboard(model=net(2))


def test_the_page_trains_the_model_itself_and_hides_what_there_is_no_choice_of() -> None:
    model = net(2)
    before = [w.copy() for w in model.get_weights()]
    dash = Dashboard(model=model, data=(X, CLASSES))
    try:
        dash.set(epochs=2)
        dash.play()
        assert dash.wait(PATIENCE)
        assert dash.history["step"].tolist() == [0, 1, 2, 3]
        is_itself = dash.model is model
        assert is_itself
        assert not any(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))
        assert "family" not in str(dash._controls.widget.children)
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
