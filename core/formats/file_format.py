"""The file formats of a trained model: how each is written, and what has to be changed in a model first."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """A format with all that the page knows of it.

    Attributes:
        name: As `convert` takes it.
        label: Its name in menus.
        ending: The end of a file's name; "" for a folder.
        runtime: The Python package that runs it.
        write: Writes a Keras model to a path; imports TensorFlow when called.
        has_loops: A recurrent net may stay one; elsewhere its steps are written out.
        note: What a recurrent model had to be changed in, a sentence.
    """

    name: str
    label: str
    ending: str
    runtime: str
    write: Callable[[keras.Model, Path], None]
    has_loops: bool = True
    note: str = ""

    @property
    def is_here(self) -> bool:
        """True if its runtime is installed, so that what is written can be tried."""
        return find_spec(self.runtime) is not None


def convert(model: keras.Model, name: str, path: Path) -> str:
    """Writes `model` in the format called `name` to `path`; returns what had to be changed first, "" for nothing.

    The batch stays free in every format. It has to be called in a process that may import TensorFlow.

    Args:
        model: Of one input and one output, float32; see `core.formats.portable.with_scaling`.
        name: A key of FORMATS.
        path: A file with the ending of the format; for SavedModel a folder, which is made.

    Raises:
        ConfigError: The format cannot hold this model, or what runs it is not installed.
    """
    from core.formats.portable import is_recurrent, unrolled

    kind = format_called(name)
    if not kind.is_here:
        raise ConfigError(_("{format} needs the package {package}.", format=kind.label, package=kind.runtime))
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        raise ConfigError(_("Only a model of one input and one output is exported."))
    is_changed = not kind.has_loops and is_recurrent(model)
    written = unrolled(model) if is_changed else model
    written(written.inputs[0])  # the exporters refuse a model that was never called
    kind.write(written, path)
    return kind.note if is_changed else ""


def format_called(name: str) -> FileFormat:
    """The format called `name`; raises ConfigError if there is none."""
    if name not in FORMATS:
        raise ConfigError(_("A model is exported as {formats}.", formats=", ".join(FORMATS)))
    return FORMATS[name]


def _export(name: str) -> Callable[[keras.Model, Path], None]:
    def write(model: keras.Model, path: Path) -> None:
        model.export(path, format=name, verbose=False)

    return write


def _write_keras(model: keras.Model, path: Path) -> None:
    from core.formats.portable import portable

    portable(model).save(path)


def _write_openvino(model: keras.Model, path: Path) -> None:
    """Goes by way of ONNX: Keras' own export would read weights in half precision."""
    import openvino

    with tempfile.TemporaryDirectory() as folder:
        between = Path(folder) / "model.onnx"
        model.export(between, format="onnx", verbose=False)
        openvino.save_model(openvino.convert_model(between), path, compress_to_fp16=False)


_UNROLLED = N_("Its recurrent layers are written out step by step, since the format has no loop for them.")

FORMATS: dict[str, FileFormat] = {
    each.name: each
    for each in (
        FileFormat(name="onnx", label="ONNX", ending=".onnx", runtime="onnxruntime", write=_export("onnx")),
        FileFormat(
            name="litert", label="LiteRT", ending=".tflite", runtime="ai_edge_litert", write=_export("litert"),
            has_loops=False, note=_UNROLLED,
        ),
        FileFormat(
            name="tf_saved_model", label="SavedModel", ending="", runtime="tensorflow",
            write=_export("tf_saved_model"),
        ),
        FileFormat(name="keras", label="Keras", ending=".keras", runtime="keras", write=_write_keras),
        FileFormat(
            name="openvino", label="OpenVINO", ending=".xml", runtime="openvino", write=_write_openvino,
            has_loops=False, note=_UNROLLED,
        ),
    )
}  # fmt: skip
