"""LiteRT files against Keras' own call, and what they hold against the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.artifacts.change import DYNAMIC, FLOAT16, INT4, STATIC
from core.artifacts.litert import LiteRtModel, check_calibration, constants, layers_of, quantize, write_litert
from core.field import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)
PICTURES = RNG.normal(size=(80, 8, 8, 1)).astype(np.float32)


def net() -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(16, 3, activation="relu", name="first")(inputs)
    x = keras.layers.Conv2D(24, 3, activation="relu", name="second")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10, name="head")(x))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return net()


@pytest.fixture(scope="module")
def plain(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("litert") / "model.tflite"
    assert write_litert(model, file) == []
    return file


def test_a_float_file_answers_as_keras_does_for_any_batch(model: keras.Model, plain: Path) -> None:
    file = LiteRtModel(plain)
    for rows in (1, 7, 80):
        np.testing.assert_allclose(file.outputs(PICTURES[:rows]), model.predict(PICTURES[:rows], verbose=0), atol=1e-5)


@pytest.mark.parametrize(
    ("scheme", "bits", "apart"), [(DYNAMIC, 8, 0.03), (STATIC, 8, 0.1), (INT4, 4, 0.3), (FLOAT16, 16, 0.001)]
)
def test_a_quantized_file_has_weights_of_so_many_bits_and_answers_nearly_the_same(
    model: keras.Model, plain: Path, tmp_path: Path, scheme: str, bits: int, apart: float
) -> None:
    file = tmp_path / "small.tflite"
    quantize(plain, file, scheme, PICTURES)
    types = {each.type for each in constants(file).values() if each.size > 100}
    assert types == {{8: "INT8", 4: "INT4", 16: "FLOAT16"}[bits]}
    exact = model.predict(PICTURES, verbose=0)
    error = LiteRtModel(file).outputs(PICTURES) - exact
    assert np.sqrt((error**2).mean() / (exact**2).mean()) < apart  # one outlier may be clipped by calibration


def test_the_tensors_of_a_file_are_traced_to_the_layers_they_come_from(model: keras.Model, plain: Path) -> None:
    held = constants(plain)
    owners = layers_of(list(held.values()), model)
    kernels = {owners[name]: held[name].size for name in owners if held[name].size > 100}
    assert kernels == {layer: model.get_layer(layer).kernel.numpy().size for layer in ("first", "second", "head")}


def test_zeros_of_a_file_are_counted(tmp_path: Path) -> None:
    sparse = net()
    kernel = sparse.get_layer("second").kernel
    kernel.assign(kernel.numpy() * (RNG.random(kernel.shape) < 0.3))
    write_litert(sparse, tmp_path / "sparse.tflite")
    counts = {each.size: each.non_zeros for each in constants(tmp_path / "sparse.tflite").values()}
    assert counts[kernel.numpy().size] == np.count_nonzero(kernel.numpy())


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_a_recurrent_model_is_unrolled_says_so_and_answers_the_same(kind: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(2)
    inputs = keras.Input((6, 3))
    recurrent = keras.Model(inputs, keras.layers.Dense(4)(getattr(keras.layers, kind)(5)(inputs)))
    (note,) = write_litert(recurrent, tmp_path / "rnn.tflite")
    assert note == "LiteRT holds no loops of Keras, so the recurrent layers are unrolled over 6 steps."
    x = RNG.normal(size=(9, 6, 3)).astype(np.float32)
    np.testing.assert_allclose(
        LiteRtModel(tmp_path / "rnn.tflite").outputs(x), recurrent.predict(x, verbose=0), atol=1e-5
    )


def both_ways(inputs: Any) -> Any:
    return keras.layers.Bidirectional(keras.layers.LSTM(5))(inputs)


def within_a_model(inputs: Any) -> Any:
    inner = keras.Sequential([keras.Input((6, 3)), keras.layers.GRU(5, return_sequences=True), keras.layers.GRU(4)])
    return inner(inputs)


def twice(inputs: Any) -> Any:
    shared = keras.layers.SimpleRNN(3, return_sequences=True)
    return keras.layers.Flatten()(shared(shared(inputs)))


def masked(inputs: Any) -> Any:
    return keras.layers.GRU(5)(keras.layers.Masking()(inputs))


@pytest.mark.parametrize("recurrent", [both_ways, within_a_model, twice, masked])
def test_recurrent_layers_in_others_are_unrolled_too(recurrent: Any, tmp_path: Path) -> None:
    keras.utils.set_random_seed(2)
    inputs = keras.Input((6, 3))
    model = keras.Model(inputs, keras.layers.Dense(4)(recurrent(inputs)))
    (note,) = write_litert(model, tmp_path / "rnn.tflite")
    assert "unrolled over 6 steps" in note
    x = RNG.normal(size=(9, 6, 3)).astype(np.float32)
    x[:4, 3:] = 0
    np.testing.assert_allclose(LiteRtModel(tmp_path / "rnn.tflite").outputs(x), model.predict(x, verbose=0), atol=1e-5)


def test_a_layer_that_cannot_be_made_again_is_refused_in_a_sentence(tmp_path: Path) -> None:
    class Once(keras.layers.Layer):
        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

        def call(self, x: Any) -> Any:
            return self.count * x

    inputs = keras.Input((6, 3))
    model = keras.Model(inputs, Once(2)(keras.layers.GRU(2)(inputs)))
    with pytest.raises(ConfigError, match="LiteRT cannot hold this model"):
        write_litert(model, tmp_path / "once.tflite")


def test_a_sequence_too_long_to_be_unrolled_is_refused(tmp_path: Path) -> None:
    inputs = keras.Input((500, 2))
    long = keras.Model(inputs, keras.layers.GRU(2)(inputs))
    with pytest.raises(ConfigError, match="unrolled over 500 steps, of 200 at most"):
        write_litert(long, tmp_path / "long.tflite")


def test_a_model_with_an_operation_that_the_format_does_not_know_is_refused(tmp_path: Path) -> None:
    inputs = keras.Input((4, 4))
    odd = keras.Model(inputs, keras.layers.Lambda(keras.ops.svd, output_shape=(4, 4))(inputs))
    with pytest.raises(ConfigError, match="LiteRT cannot hold this model"):
        write_litert(odd, tmp_path / "odd.tflite")


def test_calibration_with_one_class_is_refused() -> None:
    with pytest.raises(ConfigError, match="The 5 calibration examples all show one class: take more"):
        check_calibration(np.array([3] * 5))
    with pytest.raises(ConfigError, match="One calibration example shows one class only: take more"):
        check_calibration(np.array([3]))
    check_calibration(np.array([3, 4]))
