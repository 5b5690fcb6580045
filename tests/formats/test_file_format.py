from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.datasets.split import Scaling
from core.field import ConfigError
from core.formats.clean_reader import load
from core.formats.file_format import FORMATS, convert
from core.formats.portable import is_recurrent, portable, with_scaling
from core.models.family import MODELS
from core.models.spec import ModelSpec

if TYPE_CHECKING:
    from pathlib import Path

    from core.models.family import ModelFamily

# What Keras and its converters say of NumPy and of themselves.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*np.object.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
POINTS, IMAGE = ModelSpec((2,), 1), ModelSpec((8, 8, 1), 10)
SERIES = ModelSpec((12, 3), 4, normalization="batch", dropout=0.2)
TOKENS, TEXT = ModelSpec((20,), 2, vocabulary=50), ModelSpec((16,), 30, vocabulary=30)
SPECS = {"points": POINTS, "image": IMAGE, "sequence": SERIES, "text": TEXT}


def spec_for(family: ModelFamily) -> ModelSpec:
    kind = next(kind for kind in ("text", "sequence", "image", "points") if kind in family.kinds)
    return SPECS[kind]


def rows_for(spec: ModelSpec, count: int) -> np.ndarray:
    chance = np.random.default_rng(0)
    if spec.vocabulary is not None:
        return chance.integers(0, spec.vocabulary, (count, *spec.input_shape)).astype(np.int32)
    return chance.normal(5, 3, (count, *spec.input_shape)).astype(np.float32)


@pytest.mark.parametrize("kind", list(FORMATS))
@pytest.mark.parametrize("name", list(MODELS))
def test_every_family_answers_alike_in_every_format_at_any_batch(name: str, kind: str, tmp_path: Path) -> None:
    spec = MODELS[name].of_size(2000, spec_for(MODELS[name]))
    model, rows = MODELS[name].build(spec), rows_for(spec, 9)
    scaling = None if spec.vocabulary is not None else Scaling.of(rows.astype(np.float64))
    expected = model(rows if scaling is None else scaling.apply(rows)).numpy()
    path = tmp_path / f"model{FORMATS[kind].ending}"
    note = convert(with_scaling(model, scaling, None, may_miss=True), kind, path)
    answer = load(path)
    for batch in (1, 9):
        np.testing.assert_allclose(answer(rows[:batch]), expected[:batch], atol=1e-5)
    assert bool(note) == (is_recurrent(model) and not FORMATS[kind].has_loops)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_units_and_missing_values_are_inside(kind: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    x, y = Scaling(np.array([10.0, -1.0]), np.array([2.0, 0.5])), Scaling(np.array([300.0]), np.array([20.0]))
    path = tmp_path / f"model{FORMATS[kind].ending}"
    convert(with_scaling(model, x, y, may_miss=True), kind, path)
    kernel, bias = model.get_weights()
    rows = np.array([[12.0, np.nan], [8.0, 0.0]], np.float32)
    by_hand = (np.array([[1.0, 0.0], [-1.0, 2.0]]) @ kernel + bias) * 20 + 300
    np.testing.assert_allclose(load(path)(rows), by_hand, rtol=1e-6)


def test_a_model_without_layers_of_ours_answers_to_the_bit_as_before() -> None:
    model = MODELS["decoder"].build(MODELS["decoder"].of_size(5000, TEXT))
    rows = rows_for(TEXT, 3)
    np.testing.assert_array_equal(portable(model)(rows), model(rows))


def test_what_no_format_holds_is_refused_in_a_sentence(tmp_path: Path) -> None:
    first, second = keras.Input((2,)), keras.Input((2,))
    two = keras.Model([first, second], keras.layers.Dense(1)(first + second))
    with pytest.raises(ConfigError, match="one input and one output"):
        convert(two, "onnx", tmp_path / "two.onnx")
    with pytest.raises(ConfigError, match="exported as onnx, litert"):
        convert(two, "pickle", tmp_path / "two.pkl")
