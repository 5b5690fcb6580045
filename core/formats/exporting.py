"""Exports a trained model and tries what was written, each in a process of its own."""

from __future__ import annotations

import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import ConfigError
from core.forking.server_process import with_packages
from core.formats import clean_reader
from core.formats.certificate import Certificate, compared, digest, files_of
from core.formats.description import Description
from core.formats.export_process import EXPECTED, LANGUAGE, REFUSAL, TRAINED
from core.formats.file_format import format_called
from core.formats.full_disk import refuse_full_disk
from core.language import N_, _, language, shown

if TYPE_CHECKING:
    from core.formats.trained_model import TrainedModel

log = logging.getLogger(__name__)

LONGEST_S = 600  # seconds; a large decoder at batch 1
FAILED = N_("The format cannot hold this model.")
DIFFERS = N_("Its answers differ from those of the trained model.")
NOT_FINITE = N_("The trained model answers with numbers that are not finite.")


@dataclass(frozen=True)
class ExportedModel:
    """A model file with its report.

    Attributes:
        path: The file, or a SavedModel's folder.
        certificate: What was found when it was tried.
    """

    path: Path
    certificate: Certificate

    @property
    def files(self) -> dict[str, bytes]:
        """All files of it by their names, below the folder it stands in, the report last."""
        paths = [*files_of(self.path), self.certificate.write(self.path)]
        return {path.relative_to(self.path.parent).as_posix(): path.read_bytes() for path in paths}


def export_model(trained: TrainedModel, format: str, folder: Path, quantized: bool = False) -> ExportedModel:
    """Writes `trained` in `format` to `folder`, tries it in a clean process, and saves the report beside it.

    Args:
        trained: The model with its held-out rows.
        format: A key of FORMATS.
        folder: Where the file and its report go.
        quantized: Equal classes instead of equal numbers make it pass.

    Raises:
        ConfigError: The format cannot hold the model; the sentence says why.
        OSError: The disk is full.
    """
    kind = format_called(format)
    with tempfile.TemporaryDirectory() as between:
        _hand_over(trained, Path(between))
        _run([sys.executable, "-m", "core.formats.export_process", between, format])
        expected = _expected(Path(between))
        name = f"{trained.name}{kind.ending}"
        written = Path(between) / name
        for path in files_of(written):
            target = folder / path.relative_to(between)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    return certified(folder / name, trained, expected, format, quantized)


def certified(
    path: Path, trained: TrainedModel, expected: np.ndarray, format: str, quantized: bool = False
) -> ExportedModel:
    """Tries the file at `path` on the held-out rows of `trained` and saves the report beside it.

    Args:
        path: A model in `format`, with the units inside.
        trained: The model it was made of.
        expected: What that answers to its held-out rows.
        format: A key of FORMATS.
        quantized: Equal classes instead of equal numbers make it pass.
    """
    found, report = answers_in_clean_process(path, trained.rows)
    y = trained.y if trained.y_scaling is None else trained.y_scaling.undo(trained.y)
    numbers = compared(expected, found, y, trained.answers, quantized)
    sentence = "" if numbers["passed"] else shown(DIFFERS if np.isfinite(expected).all() else NOT_FINITE)
    description = Description.read(path)
    certificate = Certificate(
        **numbers, sentence=sentence, format=format, sha256=digest(path),
        size=sum(each.stat().st_size for each in files_of(path)), seconds=report["seconds"],
        clean=not report["ours"], note=description.note if description else "",
    )  # fmt: skip
    certificate.write(path)
    return ExportedModel(path, certificate)


def answers_in_clean_process(path: Path, rows: np.ndarray) -> tuple[dict[int, np.ndarray], dict[str, Any]]:
    """The answers of the model at `path` to `rows` by batch size, from a process that imports nothing of ours.

    Raises:
        ConfigError: The file cannot be loaded or gives no answers.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "rows.npy", Path(folder) / "answers.npz"
        np.save(asked, rows)
        _run([sys.executable, "-I", clean_reader.__file__, str(path.resolve()), str(asked), str(answered)])
        with np.load(answered) as read:
            found = {batch: read[f"batch_{batch}"] for batch in clean_reader.BATCHES}
            return found, json.loads(str(read["report"]))


def _hand_over(trained: TrainedModel, folder: Path) -> None:
    (folder / TRAINED).write_bytes(pickle.dumps(trained))
    (folder / LANGUAGE).write_text(language())


def _run(command: list[str]) -> None:
    """Runs a program to its end; raises ConfigError if it fails, OSError if the disk is full."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", "-1")}
    environment = with_packages({**quiet, "KERAS_BACKEND": "tensorflow"})
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise ConfigError(_("It took longer than {seconds} seconds.", seconds=LONGEST_S)) from error
    if ended.returncode:
        log.warning("a model could not be exported: %s", ended.stderr[-4000:])
        refuse_full_disk(RuntimeError(ended.stderr))
        raise ConfigError(shown(FAILED))


def _expected(folder: Path) -> np.ndarray:
    refusal = folder / REFUSAL
    if refusal.exists():
        raise ConfigError(refusal.read_text(encoding="utf8"))
    return np.load(folder / EXPECTED)
