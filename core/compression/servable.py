"""An artifact as a file that can be served: with its description inside and a report beside it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.formats.certificate import EQUAL_SHARE, TYPICAL_ERROR, Certificate, digest
from core.formats.exporting import ExportedModel, answers_in_clean_process
from core.formats.trained_model import TrainedModel
from core.language import N_, _, shown

if TYPE_CHECKING:
    from core.artifacts.artifact import Artifact
    from core.compression.subject import Subject

FORMATS = {".tflite": "litert", ".onnx": "onnx"}
ALLOWED = 0.01  # of the largest quantity: int8 in ONNX rounds by what else is in the batch
OTHER_ANSWERS = N_("In a clean process the file answers otherwise than it did when it was made.")
UNITS = N_("Its inputs and answers are standardized, as its original was trained.")


def held_out(artifact: Artifact, subject: Subject) -> TrainedModel:
    """The held-out examples of an artifact as its file reads them: standardized where its original was."""
    setup, split = subject.setup, subject.split()
    x, y = np.asarray(split.x_val), np.asarray(split.y_val)
    x = x.astype(np.float32) if x.dtype == np.float64 else x
    name = setup.dataset.name if subject.own else f"{setup.config.family}_{setup.dataset.name}"
    name = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()
    reading = subject.reading if artifact.measured is None else artifact.measured.reading
    return TrainedModel(
        b"", f"{name}_{artifact.number}", x, y, subject.reading if subject.is_quantity else reading, setup.classes,
        setup.dataset.target_in_unit,
    )  # fmt: skip


def export_artifact(artifact: Artifact, subject: Subject, folder: Path) -> tuple[ExportedModel, TrainedModel]:
    """Copies the file of `artifact` to `folder`, describes it, and tries it in a clean process.

    Its report compares the answers there with those that were measured when it was made; how they differ from its
    original's is the artifact's own question.

    Args:
        artifact: One that is made.
        subject: What it was made of.
        folder: Where the file and its report go.

    Raises:
        ConfigError: It is not made, or its file is gone or gives no answers.
    """
    if artifact.measured is None or artifact.state != "made" or not Path(artifact.file).exists():
        raise ConfigError(_("This artifact is not there any more; make it again."))
    model = held_out(artifact, subject)
    ending = Path(artifact.file).suffix
    path = folder / f"{model.name}{ending}"
    try:
        shutil.copyfile(artifact.file, path)
        model.description.write(path)
    except OSError as error:
        raise ConfigError(_("The file cannot be written: {reason}.", reason=error.strerror or "")) from error
    found, report = answers_in_clean_process(path, model.rows)
    certificate = replace(
        _certificate(artifact, subject, model, path, found), seconds=report["seconds"], clean=not report["ours"]
    )
    certificate.write(path)
    return ExportedModel(path, certificate), model


def _certificate(
    artifact: Artifact, subject: Subject, model: TrainedModel, path: Path, found: dict[int, np.ndarray]
) -> Certificate:
    measured = artifact.measured
    assert measured is not None
    if measured.is_quantity:
        scaling = subject.split().y_scaling
        each = {batch: np.ravel(y if scaling is None else scaling.undo(y)) for batch, y in found.items()}
        allowed = ALLOWED * float(np.abs(measured.answers).max())
        equal = min(float((np.abs(y - np.ravel(measured.answers)) <= allowed).mean()) for y in each.values())
        truths, answers = np.ravel(measured.truths), np.ravel(measured.answers)
        errors = [float(np.sqrt(np.mean((y - truths) ** 2))) for y in (each[1], answers)]
        name, score, trained = TYPICAL_ERROR, errors[0], errors[1]
    else:
        chosen = {batch: measured.reading.chosen(outputs) for batch, outputs in found.items()}
        equal = min(float((y == measured.answers).mean()) for y in chosen.values())
        name, score = "accuracy", float((chosen[1] == measured.truths).mean())
        trained = measured.accuracy.value
    passed = equal >= EQUAL_SHARE
    return Certificate(
        passed=passed, sentence="" if passed else shown(OTHER_ANSWERS), format=FORMATS[path.suffix],
        sha256=digest(path), size=path.stat().st_size, rows=len(model.x), largest_difference=float("nan"),
        largest_answer=float("nan"), equal_answers=equal, score_name=name, score=score, trained_score=trained,
        seconds={}, quantized=True, clean=True, note="" if subject.split().x_scaling is None else shown(UNITS),
    )  # fmt: skip
