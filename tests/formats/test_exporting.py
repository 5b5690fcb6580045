from __future__ import annotations

import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.formats.certificate import Certificate, compared, report_path
from core.formats.description import Description
from core.formats.exporting import certified, export_model
from core.formats.file_format import FORMATS
from core.formats.trained_model import TrainedModel
from core.learning.answers import Answers
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup

if TYPE_CHECKING:
    from pathlib import Path

    import tensorflow as tf

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
CLASSES = Answers("classes")


def trained(**settings: Any) -> TrainedModel:
    setup = ModelSetup.of(TrainingConfig(**settings))
    learner = build_learner(setup)
    made = TrainedModel.of(learner, keras_file(learner.objective.model))
    assert made is not None
    return made


@pytest.fixture(scope="module")
def digits() -> TrainedModel:
    return trained(problem="digits", family="cnn", size=3000)


@pytest.mark.parametrize("format", list(FORMATS))
def test_a_model_is_exported_with_its_labels_and_a_report_from_a_clean_process(
    digits: TrainedModel, format: str, tmp_path: Path
) -> None:
    made = export_model(digits, format, tmp_path)
    report = json.loads(report_path(made.path).read_text())
    assert report["passed"]
    assert report["clean"]
    assert report["rows"] == len(digits.x)
    assert report["largest_difference"] < 1e-5 * max(1, report["largest_answer"])
    assert report["equal_answers"] == 1
    described = Description.read(made.path)
    assert described is not None
    assert described.labels == tuple("0123456789")
    assert Certificate.read(made.path) == made.certificate
    assert made.certificate.is_of(made.path)


def test_the_report_has_the_accuracy_that_keras_has(digits: TrainedModel, tmp_path: Path) -> None:
    (tmp_path / "own.keras").write_bytes(digits.archive)
    model = keras.saving.load_model(tmp_path / "own.keras")
    model.compile(metrics=["sparse_categorical_accuracy"], loss="mse")
    accuracy = np.mean(model.predict(digits.x, verbose=0).argmax(-1) == digits.y)
    made = export_model(digits, "onnx", tmp_path)
    assert made.certificate.trained_score == accuracy
    assert made.certificate.score == accuracy


def test_quantities_and_missing_cells_keep_their_units(tmp_path: Path) -> None:
    model = trained(problem="diabetes", family="mlp", size=500)
    made = export_model(model, "onnx", tmp_path)
    assert made.certificate.passed
    assert made.certificate.score_name == "root mean squared error"


def test_a_file_whose_answers_differ_is_marked(digits: TrainedModel, tmp_path: Path) -> None:
    made = export_model(digits, "onnx", tmp_path)
    other = certified(made.path, digits, np.zeros((len(digits.x), 10)), "onnx")
    assert not other.certificate.passed
    assert other.certificate.sentence == "Its answers differ from those of the trained model."
    assert json.loads(report_path(made.path).read_text())["passed"] is False


def test_an_int8_model_passes_by_equal_classes_and_a_float_one_by_equal_numbers() -> None:
    expected = np.eye(200, 10)[:, :10] + 0.0
    found = expected.copy()
    found[0, 0] -= 0.3
    y = expected.argmax(1)
    as_numbers = compared(expected, {1: found}, y, CLASSES, quantized=False)
    as_classes = compared(expected, {1: found}, y, CLASSES, quantized=True)
    assert (as_numbers["passed"], as_classes["passed"]) == (False, True)
    assert as_classes["largest_difference"] == pytest.approx(0.3)
    assert as_classes["equal_answers"] == 1


def test_a_model_with_layers_of_ones_own_is_refused_in_a_sentence(digits: TrainedModel, tmp_path: Path) -> None:
    class Doubled(keras.layers.Layer):
        def call(self, x: tf.Tensor) -> tf.Tensor:
            return x * 2

    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), Doubled(), keras.layers.Dense(10)])
    with pytest.raises(ConfigError, match="layers of its own"):
        export_model(replace(digits, archive=keras_file(model)), "onnx", tmp_path)


def test_a_trained_model_travels_between_processes(digits: TrainedModel) -> None:
    again = pickle.loads(pickle.dumps(digits))
    assert again.archive == digits.archive
    np.testing.assert_array_equal(again.rows, digits.rows)
