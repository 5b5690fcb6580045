"""An artifact of a real model as a file that is served, tried through a real server."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.artifacts.artifact import Artifact
from core.artifacts.change import steps_of
from core.compression.making import Workbench
from core.compression.servable import export_artifact
from core.compression.subject import Subject
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.formats.certificate import Certificate
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.serving.service import Service

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights


def made_of(folder: Path, scheme: str, **settings: Any) -> tuple[Artifact, Subject]:
    config = TrainingConfig(**settings)
    learner = build_learner(ModelSetup.of(config))
    subject = Subject("a model", keras_file(learner.objective.model), config)
    steps = steps_of([("quantize", {"scheme": scheme})])
    artifact = Workbench(subject).make(Artifact(3, steps, "a model"), folder, lambda share, doing: None)
    return artifact, replace(subject, model_file=b"")


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Artifact, Subject]:
    return made_of(tmp_path_factory.mktemp("made"), "int8", problem="digits", family="mlp", size=2000)


def test_a_quantized_artifact_passes_and_its_server_answers_as_was_measured(
    digits: tuple[Artifact, Subject], tmp_path: Path
) -> None:
    artifact, subject = digits
    exported, model = export_artifact(artifact, subject, tmp_path)
    assert exported.certificate.passed
    assert exported.certificate.clean
    assert artifact.measured is not None
    assert exported.certificate.score == pytest.approx(artifact.measured.accuracy.value)
    service = Service(exported.path)
    assert service.wait(60), service.sentence
    body = json.dumps({"instances": model.rows[:40].tolist()}).encode()
    with urllib.request.urlopen(f"{service.address}/v1/models/{service.name}:predict", body) as answer:
        predictions = np.array(json.load(answer)["predictions"])
    service.stop()
    service.join()
    np.testing.assert_array_equal(predictions.argmax(-1), artifact.measured.answers[:40])


@pytest.mark.parametrize(
    ("scheme", "problem", "family"),
    [("onnx-int8", "digits", "mlp"), ("int8", "diabetes", "mlp"), ("onnx", "japanese_vowels", "rnn_gru")],
)
def test_other_formats_and_quantities_pass_too(scheme: str, problem: str, family: str, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    artifact, subject = made_of(tmp_path / "made", scheme, problem=problem, family=family, size=2000)
    exported, model = export_artifact(artifact, subject, tmp_path)
    assert exported.certificate.passed, exported.certificate
    assert exported.certificate.score == pytest.approx(exported.certificate.trained_score, rel=0.02)
    assert model.description.input_shape == model.x.shape[1:]


def test_an_artifact_that_answers_otherwise_fails_and_is_not_served(
    digits: tuple[Artifact, Subject], tmp_path: Path
) -> None:
    artifact, subject = digits
    assert artifact.measured is not None
    others = replace(artifact.measured, answers=(artifact.measured.answers + 1) % 10)
    exported, _model = export_artifact(replace(artifact, measured=others), subject, tmp_path)
    report = Certificate.read(exported.path)
    assert report is not None
    assert not report.passed
    service = Service(exported.path)
    assert not service.wait(60)
    assert service.status == "refused"
    service.join()


def test_an_artifact_whose_file_is_gone_is_one_sentence(digits: tuple[Artifact, Subject], tmp_path: Path) -> None:
    artifact, subject = digits
    with pytest.raises(ConfigError, match="not there any more"):
        export_artifact(replace(artifact, file=str(tmp_path / "gone.tflite")), subject, tmp_path)
