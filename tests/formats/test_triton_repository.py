from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from core.field import ConfigError
from core.formats.certificate import Certificate, digest
from core.formats.clean_reader import load
from core.formats.triton_repository import write_repository
from tests.support.model_files import MATRIX, linear_onnx

if TYPE_CHECKING:
    from pathlib import Path


def test_tritons_own_message_reads_the_configuration_that_is_written(tmp_path: Path) -> None:
    place = write_repository(linear_onnx(tmp_path), tmp_path / "models", largest_batch=16, longest_wait_ms=2.5)
    config = text_format.Parse((place / "config.pbtxt").read_text(), model_config_pb2.ModelConfig())
    assert (config.name, config.backend, config.max_batch_size) == ("linear", "onnxruntime", 16)
    assert config.dynamic_batching.max_queue_delay_microseconds == 2500
    (given,), (answered,) = config.input, config.output
    assert (given.name, list(given.dims), given.data_type) == ("inputs", [2], model_config_pb2.TYPE_FP32)
    assert (answered.name, list(answered.dims), answered.label_filename) == ("output_0", [3], "labels.txt")
    assert (place / "labels.txt").read_text() == "a\nb\nc\n"
    np.testing.assert_allclose(load(place / "1" / "model.onnx")(np.eye(2, dtype=np.float32)), MATRIX)


def test_only_an_exported_onnx_file_makes_a_repository(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exported ONNX file"):
        write_repository(tmp_path / "model.tflite", tmp_path)


def test_a_file_that_failed_makes_none(tmp_path: Path) -> None:
    path = linear_onnx(tmp_path)
    sentence = "Its answers differ from those of the trained model."
    Certificate(
        False, sentence, "onnx", digest(path), 9, 80, 1.0, 4.0, 0.5, "accuracy", 0.5, 0.9, {}, False, True
    ).write(path)
    with pytest.raises(ConfigError, match="answers differ"):
        write_repository(path, tmp_path / "models")
