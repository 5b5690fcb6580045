"""The file of an artifact, whichever format it has, as something that answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.artifacts.litert import LiteRtModel, constants, quantize, write_litert
from core.artifacts.onnx_file import OnnxModel, onnx_constants, quantize_onnx, write_onnx

if TYPE_CHECKING:
    import keras
    import numpy as np

    from core.artifacts.litert import Constant

ONNX = ".onnx"


class Answering(Protocol):
    """A file in memory, on one core."""

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The outputs (n, ...) for inputs `x` (n, ...)."""

    def call(self, x: np.ndarray) -> np.ndarray:
        """The outputs of one call with all of `x`."""


def loaded(path: Path | str) -> Answering:
    """The file in the runtime of its format."""
    return OnnxModel(path) if Path(path).suffix == ONNX else LiteRtModel(path)


def write(model: keras.Model, path: Path) -> list[str]:
    """Writes `model` in the format of the path's ending, see `write_litert` and `write_onnx`."""
    return write_onnx(model, path) if path.suffix == ONNX else write_litert(model, path)


def write_quantized(source: Path, target: Path, scheme: str, examples: np.ndarray) -> None:
    """Writes the float file `source` with fewer bits, see `quantize` and `quantize_onnx`."""
    (quantize_onnx if source.suffix == ONNX else quantize)(source, target, scheme, examples)


def constants_in(path: Path) -> dict[str, Constant]:
    """The tensors of numbers that the file holds, by the names they have before quantization."""
    return onnx_constants(path) if path.suffix == ONNX else constants(path)
