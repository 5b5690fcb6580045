"""A person's own model as bytes: it comes out as it went in, or it is said to be unable to travel."""

from __future__ import annotations

import gc
import pickle
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.user_data.array_file import LARGE_BYTES, ArrayFile
from core.user_models.making import user_model_of
from core.user_models.packed_model import PackedModel

if TYPE_CHECKING:
    from core.user_models.user_model import UserModel

RNG = np.random.default_rng(2)
X = RNG.normal(size=(40, 3)).astype("float32")
CLASSES = (X[:, 0] > 0).astype("int32")
QUANTITY = 5 * X[:, :1]


class Scaled(keras.layers.Layer):
    """A layer whose factor is part of its config."""

    def __init__(self, factor: float = 1.0, **settings: Any) -> None:
        super().__init__(**settings)
        self.factor = factor

    def call(self, x: Any) -> Any:
        return self.factor * x

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class Turned(keras.layers.Layer):
    """A layer that makes its weight when it is built, as Keras advises."""

    def build(self, shape: Any) -> None:
        self.turn = self.add_weight(shape=(shape[-1],), initializer="ones", name="turn")

    def call(self, x: Any) -> Any:
        return x * self.turn


class Whole(keras.Model):
    """A subclassed model that says how it was made."""

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.units = units
        self.hidden, self.out = keras.layers.Dense(units, "tanh"), keras.layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))

    def get_config(self) -> dict[str, Any]:
        return {"units": self.units}


class Silent(keras.Model):
    """A subclassed model that does not: Keras guesses at the arguments it was given."""

    def __init__(self, units: int = 3, **settings: Any) -> None:
        super().__init__(**settings)
        self.hidden, self.out = keras.layers.Dense(units, "tanh"), keras.layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))


def doubled(x: Any) -> Any:
    return 2 * x


class Ones(keras.initializers.Initializer):
    """An initializer of one's own."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return keras.ops.ones(shape, dtype)


def within_a_function() -> Any:
    def tripled(x: Any) -> Any:
        return 3 * x

    return tripled


def sequential(*layers: keras.layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(2)])


def travelled(own: UserModel) -> UserModel:
    packed = PackedModel.of(own)
    assert packed is not None
    there: PackedModel = pickle.loads(pickle.dumps(packed))
    return there.unpack()


@pytest.mark.parametrize(
    "make",
    [
        lambda: sequential(keras.layers.Dropout(0.5)),
        lambda: sequential(keras.layers.BatchNormalization()),
        lambda: sequential(Scaled(3.0)),
        lambda: sequential(Turned()),
        lambda: sequential(keras.layers.Dense(4, activation=doubled)),
        lambda: sequential(keras.layers.Dense(4, activation=within_a_function())),
        lambda: sequential(keras.layers.Lambda(lambda x: x + 1)),
        lambda: sequential(keras.layers.Dense(4, kernel_initializer=Ones())),
        lambda: sequential(keras.layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.1))),
        lambda: Whole(5),
    ],
)
def test_a_model_comes_out_with_the_same_variables_and_outputs(make: Any) -> None:
    model = make()
    model(X[:1], training=True)  # moves the seed of a dropout and the means of a batch norm
    own = user_model_of(model, (X, CLASSES))
    copy = travelled(own)
    assert copy.model is not model
    assert len(copy.model.variables) == len(model.variables) > 0
    for ours, theirs in zip(model.variables, copy.model.variables, strict=True):
        np.testing.assert_array_equal(theirs.numpy(), ours.numpy())
    np.testing.assert_array_equal(copy.model(X), model(X))
    np.testing.assert_array_equal(copy.data.y, CLASSES)


def test_a_compiled_model_travels_with_its_loss_and_metrics() -> None:
    model = sequential()
    model.compile("adam", "mse", metrics=["mae"])
    y = np.zeros((40, 2))
    model.fit(X, y, verbose=0)
    copy = travelled(user_model_of(model, (X, y)))
    np.testing.assert_array_equal(copy.model(X), model(X))
    assert copy.model.evaluate(X, y, verbose=0) == pytest.approx(model.evaluate(X, y, verbose=0), rel=1e-6)


def test_a_frozen_layer_stays_frozen() -> None:
    model = sequential(keras.layers.Dense(4))
    model.layers[0].trainable = False
    assert len(travelled(user_model_of(model, (X, CLASSES))).model.trainable_variables) == 2


def _with_an_attribute_changed_later() -> keras.Model:
    layer = Scaled(1.0)
    layer.get_config = lambda: {"name": layer.name}  # type: ignore[method-assign]  # what a careless person writes
    model = sequential(layer)
    layer.factor = 2.0
    return model


def _that_holds_what_cannot_be_pickled() -> keras.Model:
    return sequential(type("Locked", (Scaled,), {"lock": threading.Lock()})(1.0))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Silent(7),
        _with_an_attribute_changed_later,
        _that_holds_what_cannot_be_pickled,
    ],
)
def test_a_model_that_would_come_out_as_another_one_does_not_travel(make: Any) -> None:
    assert PackedModel.of(user_model_of(make(), (X, CLASSES))) is None


def test_a_loss_keeps_its_settings() -> None:
    """Pickled as Keras does it, this one would come back with a delta of 1."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    own = user_model_of(model, (X, QUANTITY), keras.losses.Huber(delta=4.0))
    copy = travelled(own)
    error = np.abs(model(X).numpy() - QUANTITY)
    huber = np.where(error <= 4.0, error**2 / 2, 4.0 * (error - 2.0)).mean()
    assert float(copy.objective(X, QUANTITY).loss(copy.model.trainable_variables, None)) == pytest.approx(huber, 1e-5)


def test_a_loss_of_ones_own_travels() -> None:
    def cubed(y: Any, outputs: Any) -> Any:
        return keras.ops.mean(keras.ops.abs(y - outputs) ** 3, axis=-1)

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    copy = travelled(user_model_of(model, (X, QUANTITY), cubed))
    expected = (np.abs(QUANTITY - model(X).numpy()) ** 3).mean()
    assert float(copy.objective(X, QUANTITY).loss(copy.model.trainable_variables, None)) == pytest.approx(
        expected, 1e-5
    )


def test_large_arrays_travel_as_a_file_that_goes_with_its_sender() -> None:
    x = RNG.normal(size=(LARGE_BYTES // 12, 3)).astype("float32")[: LARGE_BYTES // 12 + 1]
    x = np.concatenate([x, x[:9]])
    y = (x[:, 0] > 0).astype("int32")
    packed = PackedModel.of(user_model_of(sequential(), (x, y)))
    assert packed is not None
    assert isinstance(packed.data.x, ArrayFile)
    assert isinstance(packed.data.y, np.ndarray)
    path = Path(packed.data.x.path)
    message = pickle.dumps(packed)
    assert len(message) < LARGE_BYTES
    there = pickle.loads(message)
    np.testing.assert_array_equal(there.unpack().data.x, x)
    del there
    gc.collect()
    assert path.exists()  # a reader does not take it away
    del packed
    gc.collect()
    assert not path.exists()
