"""ONNX files against Keras' own call, and what they hold against the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from core.artifacts.change import ONNX_DYNAMIC, ONNX_FLOAT16, ONNX_INT4, ONNX_STATIC
from core.artifacts.litert import layers_of
from core.artifacts.onnx_file import OnnxModel, onnx_constants, quantize_onnx, write_onnx
from core.field import ConfigError
from core.models.family import MODELS
from core.models.spec import ModelSpec
from tests.artifacts.test_litert import PICTURES, net

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return net()


@pytest.fixture(scope="module")
def plain(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("onnx") / "model.onnx"
    assert write_onnx(model, file) == []
    return file


def test_a_float_file_answers_as_keras_does_for_any_batch(model: keras.Model, plain: Path) -> None:
    file = OnnxModel(plain)
    for rows in (1, 7, 80):
        np.testing.assert_allclose(file.outputs(PICTURES[:rows]), model.predict(PICTURES[:rows], verbose=0), atol=1e-5)


@pytest.mark.parametrize(("scheme", "apart"), [(ONNX_DYNAMIC, 0.05), (ONNX_STATIC, 0.1)])
def test_a_quantized_file_has_weights_of_eight_bits_and_answers_nearly_the_same(
    model: keras.Model, plain: Path, tmp_path: Path, scheme: str, apart: float
) -> None:
    file = tmp_path / "small.onnx"
    quantize_onnx(plain, file, scheme, PICTURES)
    types = {each.type for each in onnx_constants(file).values() if each.size > 100}
    assert types == {"UINT8" if scheme == ONNX_DYNAMIC else "INT8"}
    exact = model.predict(PICTURES, verbose=0)
    error = OnnxModel(file).outputs(PICTURES) - exact
    assert np.sqrt((error**2).mean()) < apart * exact.std()
    assert [each.name for each in tmp_path.iterdir()] == ["small.onnx"]


@pytest.mark.parametrize("scheme", [ONNX_DYNAMIC, ONNX_STATIC])
def test_the_tensors_that_a_file_holds_belong_to_the_layers_of_their_weights(
    model: keras.Model, plain: Path, tmp_path: Path, scheme: str
) -> None:
    exact = onnx_constants(plain)
    owners = layers_of(list(exact.values()), model)
    kernels = {name: owner for name, owner in owners.items() if exact[name].size > 100}
    assert sorted(kernels.values()) == ["first", "head", "second"]
    file = tmp_path / "small.onnx"
    quantize_onnx(plain, file, scheme, PICTURES)
    held = onnx_constants(file)
    assert all(held[name].type in ("INT8", "UINT8") for name in kernels)


def test_numbers_that_are_zero_are_counted_as_zero_also_where_zero_is_another_byte(
    model: keras.Model, tmp_path: Path
) -> None:
    sparse = net()
    kernel = sparse.get_layer("second").kernel
    values = kernel.numpy()
    values[np.abs(values) < np.quantile(np.abs(values), 0.8)] = 0
    kernel.assign(values)
    write_onnx(sparse, tmp_path / "model.onnx")
    for scheme in (ONNX_DYNAMIC, ONNX_STATIC):
        file = tmp_path / f"{scheme}.onnx"
        quantize_onnx(tmp_path / "model.onnx", file, scheme, PICTURES)
        held = next(each for each in onnx_constants(file).values() if each.size == values.size)
        assert 0.19 * values.size < held.non_zeros <= np.count_nonzero(values)


def test_weights_of_sixteen_bits_answer_as_keras_does_with_weights_rounded_to_them(
    model: keras.Model, plain: Path, tmp_path: Path
) -> None:
    file = tmp_path / "half.onnx"
    quantize_onnx(plain, file, ONNX_FLOAT16, PICTURES)
    rounded = net()
    rounded.set_weights([w.astype(np.float16).astype(np.float32) for w in model.get_weights()])
    for rows in (1, 40):
        np.testing.assert_allclose(
            OnnxModel(file).call(PICTURES[:rows]), rounded.predict(PICTURES[:rows], verbose=0), atol=1e-5
        )
    assert file.stat().st_size < 0.7 * plain.stat().st_size
    held = onnx_constants(file)
    assert {each.type for each in held.values() if each.size > 100} == {"FLOAT16"}


def test_a_weight_that_sixteen_bits_do_not_hold_stays_as_it_is(tmp_path: Path) -> None:
    wide = net()
    wide.get_layer("head").bias.assign([1e6, 0, 0, 0, 0, 0, 0, 0, 0, 0][: wide.get_layer("head").bias.shape[0]])
    write_onnx(wide, tmp_path / "model.onnx")
    quantize_onnx(tmp_path / "model.onnx", tmp_path / "half.onnx", ONNX_FLOAT16, PICTURES)
    exact = wide.predict(PICTURES, verbose=0)
    np.testing.assert_allclose(OnnxModel(tmp_path / "half.onnx").outputs(PICTURES), exact, rtol=1e-2, atol=0.1)


@pytest.mark.parametrize("rows", [5, 32, 70])
def test_a_matrix_of_four_bits_is_within_half_a_step_of_each_block_of_its_columns(rows: int, tmp_path: Path) -> None:
    dense = keras.Sequential([keras.Input((rows,)), keras.layers.Dense(3, name="dense")])
    values = np.random.default_rng(1).normal(size=(rows, 3)).astype(np.float32)
    values[1] = 0
    dense.set_weights([values, np.array([1.0, -2, 3], np.float32)])
    write_onnx(dense, tmp_path / "model.onnx")
    quantize_onnx(tmp_path / "model.onnx", tmp_path / "small.onnx", ONNX_INT4, np.eye(rows, dtype=np.float32))
    answers = OnnxModel(tmp_path / "small.onnx").outputs(np.eye(rows, dtype=np.float32)) - [1, -2, 3]
    for first in range(0, rows, 32):
        block, found = values[first : first + 32], answers[first : first + 32]
        step = np.abs(block).max(0) / 8
        # The largest weight stands at -8 times a scale of either sign, one of the other sign at 7 times it at most.
        assert (np.abs(found - block) <= 1.001 * step + 1e-5).all()
        assert (np.abs(np.round(found / step) - found / step) < 1e-3).all()
    held = next(each for each in onnx_constants(tmp_path / "small.onnx").values() if each.size == values.size)
    assert held.type == "INT4"
    assert held.non_zeros == np.count_nonzero(np.abs(answers) > 1e-6)


def test_of_four_bits_only_dense_layers_are_said_to_be_changed(model: keras.Model, plain: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.onnx"
    quantize_onnx(plain, file, ONNX_INT4, PICTURES)
    owners = layers_of(list(onnx_constants(plain).values()), model)
    held = onnx_constants(file)
    changed = {owners[name] for name in owners if name in held and held[name].type == "INT4"}
    assert changed == {layer.name for layer in model.layers if isinstance(layer, keras.layers.Dense)}
    exact = model.predict(PICTURES, verbose=0)
    error = OnnxModel(file).outputs(PICTURES) - exact
    assert np.sqrt((error**2).mean()) < 0.2 * exact.std()


def test_four_bits_are_refused_where_no_layer_has_them(tmp_path: Path) -> None:
    pictures = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 3), keras.layers.GlobalMaxPooling2D()])
    write_onnx(pictures, tmp_path / "model.onnx")
    with pytest.raises(ConfigError, match="cannot be quantized in that way"):
        quantize_onnx(tmp_path / "model.onnx", tmp_path / "small.onnx", ONNX_INT4, PICTURES)


def floats_in(path: Path) -> list[np.ndarray]:
    """The float numbers of each tensor of the file, sorted."""
    held = onnx.load(str(path)).graph.initializer
    found = [numpy_helper.to_array(tensor) for tensor in held if tensor.data_type == onnx.TensorProto.FLOAT]
    return [np.sort(values.ravel()) for values in found]


@pytest.mark.parametrize("scheme", [ONNX_DYNAMIC, ONNX_STATIC])
@pytest.mark.parametrize("family", [name for name, family in MODELS.items() if "image" in family.kinds])
def test_of_every_family_the_layers_said_to_be_quantized_are_those_whose_floats_are_gone(
    family: str, scheme: str, tmp_path: Path
) -> None:
    keras.utils.set_random_seed(2)
    spec = ModelSpec((8, 8, 1), 4, width=8, depth=1)
    model = MODELS[family].build(spec)
    rng = np.random.default_rng(0)
    model.set_weights([0.3 * rng.normal(size=w.shape) for w in model.get_weights()])  # as trained: no two are alike
    x = rng.normal(size=(40, *spec.input_shape)).astype(np.float32)
    plain, file = tmp_path / "model.onnx", tmp_path / "small.onnx"
    write_onnx(model, plain)
    quantize_onnx(plain, file, scheme, x)
    exact, held = onnx_constants(plain), onnx_constants(file)
    owners = layers_of(list(exact.values()), model)
    said = {owner for name, owner in owners.items() if name in held and held[name].type in ("INT8", "UINT8")}
    left = floats_in(file)
    for layer in model.layers:
        numbers = [np.sort(w.numpy().ravel()) for w in layer.weights if w.shape[-1] > 1 and len(w.shape) > 1]
        gone = [not any(n.size == f.size and np.allclose(n, f) for f in left) for n in numbers]
        assert (layer.name in said) is any(gone) or not numbers, layer.name
    assert OnnxModel(file).outputs(x).shape == (40, 4)
