"""A run as files: its history, its script, its model; the ending of a name says which."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.export.history_files import to_csv, to_json, to_npz
from core.export.run_script import script_files
from core.field import ConfigError
from core.formats.exporting import export_model
from core.formats.triton_repository import write_repository
from core.language import N_, _

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import keras

    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.runs.recorded_columns import RecordedColumns
    from core.runs.saved_run import SavedRun


NO_MODEL = N_("There is no model to save: a surface has none, and others only once they are built.")


class ExportedRun(Protocol):
    """A run with all that files of it are made of."""

    @property
    def history(self) -> RecordedColumns:
        """What was recorded."""

    @property
    def saved(self) -> SavedRun | None:
        """What it takes to make the same updates again; None for a person's own model."""

    @property
    def table(self) -> Dataset | None:
        """The data set of the problem "csv"."""

    def model_file(self) -> bytes | None:
        """The model as Keras saves it; None where there is none."""

    def trained_model(self) -> TrainedModel | None:
        """The model with its held-out examples; None where there is none."""


def run_files(run: ExportedRun, name: str) -> dict[str, bytes]:
    """The files that are written for `name`, by their names: the first is `name` itself.

    Raises:
        ConfigError: There is no such file of this run; the sentence says why.
    """
    path = Path(name)
    if path.suffix not in WRITERS:
        raise ConfigError(_("A run is saved as {endings}.", endings=", ".join(WRITERS)))
    return WRITERS[path.suffix](run, path.stem)


def export(run: ExportedRun, path: str | os.PathLike[str]) -> list[Path]:
    """Writes the files that the ending of `path` asks for, those beside it in the same folder; returns their paths."""
    path, written = Path(path), []
    for name, content in run_files(run, path.name).items():
        written.append(path.parent / name)
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_bytes(content)
    return written


def keras_file(model: keras.Model) -> bytes:
    """The model as `model.save("model.keras")` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def _script(run: ExportedRun, stem: str) -> dict[str, bytes]:
    saved = run.saved
    if saved is None:
        raise ConfigError(_("Your own model has code of its own, so no script is written of it; save it as .keras."))
    return script_files(saved, stem, run.table)


def _model(run: ExportedRun, stem: str) -> dict[str, bytes]:
    content = run.model_file()
    if content is None:
        raise ConfigError(NO_MODEL)
    return {f"{stem}.keras": content}


def _exported(format: str) -> Callable[[ExportedRun, str], dict[str, bytes]]:
    """Writes the model in `format` with the report on how equal its answers are."""

    def write(run: ExportedRun, stem: str) -> dict[str, bytes]:
        trained = run.trained_model()
        if trained is None:
            raise ConfigError(NO_MODEL)
        with tempfile.TemporaryDirectory() as folder:
            return export_model(replace(trained, name=stem), format, Path(folder)).files

    return write


def _triton(run: ExportedRun, stem: str) -> dict[str, bytes]:
    """The folder of `tritonserver --model-repository`, with the report on the ONNX file in it."""
    trained = run.trained_model()
    if trained is None:
        raise ConfigError(NO_MODEL)
    with tempfile.TemporaryDirectory() as folder:
        exported = export_model(trained, "onnx", Path(folder))
        repository = Path(folder) / stem
        place = write_repository(exported.path, repository)
        exported.certificate.write(place / "model.onnx")
        paths = sorted(path for path in repository.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _csv(run: ExportedRun, stem: str) -> dict[str, bytes]:
    history = run.history
    files = {f"{stem}.csv": to_csv(history).encode()}
    if history.by_evaluation:
        files[f"{stem}-evaluations.csv"] = to_csv(history, evaluations=True).encode()
    return files


WRITERS: dict[str, Callable[[ExportedRun, str], dict[str, bytes]]] = {
    ".py": _script,
    ".keras": _model,
    ".onnx": _exported("onnx"),
    ".tflite": _exported("litert"),
    ".savedmodel": _exported("tf_saved_model"),
    ".xml": _exported("openvino"),
    ".triton": _triton,
    ".csv": _csv,
    ".json": lambda run, stem: {f"{stem}.json": to_json(run.history).encode()},
    ".npz": lambda run, stem: {f"{stem}.npz": to_npz(run.history)},
}
