"""ONNX files: written from a Keras model, quantized by ONNX Runtime, run, and looked into."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import numpy as np

from core.artifacts.change import ONNX_DYNAMIC, ONNX_FLOAT16, ONNX_INT4
from core.artifacts.litert import Constant
from core.artifacts.onnx_weights import HALF, QUANTIZED, four_bits, write_four_bits, write_half
from core.field import ConfigError
from core.formats.file_format import convert
from core.formats.full_disk import refuse_full_disk
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import keras

AT_ONCE = 64  # examples
CALIBRATED_AT_ONCE = 20  # examples
ZERO_POINT = "_zero_point"  # what ONNX Runtime adds to the name of a tensor, as it does `QUANTIZED`
TYPES = {1: "FLOAT32", 2: "UINT8", 3: "INT8", 10: "FLOAT16"}  # onnx.TensorProto.DataType
WEIGHTS_ONLY = {ONNX_INT4: write_four_bits, ONNX_FLOAT16: write_half}


def write_onnx(model: keras.Model, path: Path) -> list[str]:
    """Writes `model` as an ONNX file of float32 numbers; returns sentences on what was done to it for that.

    Raises:
        ConfigError: The format cannot hold the model.
    """
    try:
        with redirect_stdout(None), _quiet():
            note = convert(model, "onnx", path)
        OnnxModel(path)
    except (OSError, MemoryError, ConfigError):
        raise
    except Exception as error:  # a converter has an exception of its own for all it does not know
        refuse_full_disk(error, path.parent)
        raise ConfigError(_("ONNX cannot hold this model: one of its operations is unknown to it.")) from error
    return [note] if note else []


def quantize_onnx(source: Path, target: Path, scheme: str, examples: np.ndarray) -> None:
    """Writes the float file `source` with fewer bits.

    Args:
        source: An ONNX file of float32 numbers.
        target: The file to write.
        scheme: `ONNX_DYNAMIC`, `ONNX_STATIC`, `ONNX_INT4` or `ONNX_FLOAT16`.
        examples: Inputs (n, ...) by which `ONNX_STATIC` learns the ranges of the layers' outputs.

    Raises:
        ConfigError: ONNX Runtime finds nothing that it could change, or cannot do it.
    """
    try:
        with redirect_stdout(None), _quiet():
            if scheme in WEIGHTS_ONLY:
                _write_weights(source, target, scheme)
            else:
                _write_int8(source, target, scheme, examples)
        OnnxModel(target)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # the quantizer has many, and the runtime others for what it cannot run
        refuse_full_disk(error, target.parent)
        raise ConfigError(_("This model cannot be quantized in that way.")) from error
    if not any(each.type != "FLOAT32" for each in onnx_constants(target).values()):
        raise ConfigError(_("This model cannot be quantized in that way."))


def _write_weights(source: Path, target: Path, scheme: str) -> None:
    import onnx

    model = onnx.load(str(source))
    WEIGHTS_ONLY[scheme](model)
    onnx.save(model, str(target))


def _write_int8(source: Path, target: Path, scheme: str, examples: np.ndarray) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    shaped = source.with_name("shaped.onnx")
    try:
        quant_pre_process(str(source), str(shaped), skip_symbolic_shape=True)
        if scheme == ONNX_DYNAMIC:
            # Its convolution of whole numbers takes weights without a sign only.
            quantize_dynamic(str(shaped), str(target), weight_type=QuantType.QUInt8)
        else:
            quantize_static(str(shaped), str(target), _Reader(shaped, examples), per_channel=True)
    finally:
        shaped.unlink(missing_ok=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps advice meant for the authors of models out of a notebook."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


class _Reader:
    """The calibration examples as ONNX Runtime asks for them: {name of the input: rows} until None."""

    def __init__(self, path: Path, examples: np.ndarray) -> None:
        name = OnnxModel(path).name
        calls = range(0, len(examples), CALIBRATED_AT_ONCE)
        self._feeds = iter([{name: examples[row : row + CALIBRATED_AT_ONCE]} for row in calls])

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next feed."""
        return next(self._feeds, None)


class OnnxModel:
    """An ONNX file in memory, on one core."""

    def __init__(self, path: Path | str) -> None:
        """Loads the file; the runtime raises an exception of its own where an operation is unknown."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        first = self._session.get_inputs()[0]
        self.name = first.name
        self._dtype = np.int32 if "int32" in first.type else np.int64 if "int64" in first.type else np.float32

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The model's outputs float32 (n, ...) for inputs `x` (n, ...)."""
        return np.concatenate([self.call(x[start : start + AT_ONCE]) for start in range(0, len(x), AT_ONCE)])

    def call(self, x: np.ndarray) -> np.ndarray:
        """The outputs of one call with all of `x`."""
        found: Any = self._session.run(None, {self.name: x.astype(self._dtype, copy=False)})[0]
        return found


def onnx_constants(path: Path) -> dict[str, Constant]:
    """The tensors of numbers that the file `path` holds, by the names they have before quantization."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    found, small = {}, four_bits(model)
    for name, tensor in held.items():
        values = small.get(name, numpy_helper.to_array(tensor))
        if tensor.data_type not in TYPES or not values.size or name.endswith((ZERO_POINT, "_scale")):
            continue
        plain = name.removesuffix(QUANTIZED).removesuffix(HALF)
        zero = held.get(plain + ZERO_POINT)
        numbers = values.astype(np.float64)
        if zero is not None:
            numbers = numbers - _beside(numpy_helper.to_array(zero).astype(np.float64), values.shape)
        magnitude = float(np.abs(numbers).mean())
        kind = "INT4" if name in small else TYPES[tensor.data_type]
        found[plain] = Constant(plain, kind, values.size, int(np.count_nonzero(numbers)), magnitude)
    return found


def _beside(zero: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The zero points of channels, in a shape that stands beside the tensor's: on the first axis of that length."""
    if zero.size == 1:
        return zero.reshape(())
    axis = shape.index(zero.size)
    return zero.reshape([zero.size if place == axis else 1 for place in range(len(shape))])
