"""LiteRT files: written from a Keras model, quantized, run, and looked into."""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.artifacts.change import DYNAMIC, FLOAT16, INT4, STATIC
from core.field import ConfigError
from core.formats.full_disk import refuse_full_disk
from core.language import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import keras

LONGEST_UNROLLED = 200  # steps of a sequence
AT_ONCE = 64  # examples
CALIBRATED_AT_ONCE = 20  # examples; the ranges are a moving average over calls, which cuts what is rare in one call
RECIPES = {DYNAMIC: "dynamic_wi8_afp32", STATIC: "static_wi8_ai8", INT4: "weight_only_wi4_afp32"}


def write_litert(model: keras.Model, path: Path) -> list[str]:
    """Writes `model` as a LiteRT file of float32 numbers; returns sentences on what was done to it for that.

    Raises:
        ConfigError: The format cannot hold the model.
        OSError: The disk is full.
    """
    from core.formats.portable import unrolled

    notes: list[str] = []
    steps = _steps(model)
    try:
        with redirect_stdout(None):
            if steps:
                model = unrolled(model)
                notes.append(
                    _("LiteRT holds no loops of Keras, so the recurrent layers are unrolled over {count} steps.",
                      count=steps)
                )  # fmt: skip
            model.export(path, format="litert", verbose=False)
        LiteRtModel(path)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a converter has an exception of its own for all it does not know
        refuse_full_disk(error, path.parent)
        raise ConfigError(_("LiteRT cannot hold this model: one of its operations is unknown to it.")) from error
    return notes


def _steps(model: keras.Model) -> int:
    """Over how many steps the recurrent layers of `model` are unrolled at most; 0 where there are none.

    Raises:
        ConfigError: These are too many, each being a copy of the layer in the file.
    """
    from core.formats.portable import is_recurrent

    nodes = [node for layer in layers_in(model) if is_recurrent(layer) for node in layer._inbound_nodes]
    steps = max((int(node.input_tensors[0].shape[1] or LONGEST_UNROLLED + 1) for node in nodes), default=0)
    if steps > LONGEST_UNROLLED:
        raise ConfigError(
            _("LiteRT cannot hold this model: it would be unrolled over {count} steps, of {most} at most.",
              count=steps, most=LONGEST_UNROLLED)
        )  # fmt: skip
    return steps


def quantize(source: Path, target: Path, scheme: str, examples: np.ndarray) -> None:
    """Writes the float file `source` with fewer bits.

    Args:
        source: A LiteRT file of float32 numbers.
        target: The file to write.
        scheme: One of `DYNAMIC`, `STATIC`, `INT4` and `FLOAT16`.
        examples: Inputs (n, ...) by which `STATIC` learns the ranges of the layers' outputs.

    Raises:
        ConfigError: The quantizer finds nothing that it could change, or cannot do it.
    """
    from ai_edge_quantizer import qtyping, quantizer, recipe

    with redirect_stdout(None), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that calibration keeps all tensors, as it must
        tool = quantizer.Quantizer(str(source))
        if scheme == FLOAT16:
            tool.add_weight_only_config(
                regex=".*", operation_name=qtyping.TFLOperationName.ALL_SUPPORTED, num_bits=16,
                algorithm_key="float_casting",
            )  # fmt: skip
        else:
            tool.load_quantization_recipe(getattr(recipe, RECIPES[scheme])())
        try:
            ranges = tool.calibrate(_calibration(source, examples)) if tool.need_calibration else None
            content = tool.quantize(ranges).quantized_model
        except (RuntimeError, ValueError, TypeError, KeyError) as error:
            refuse_full_disk(error, target.parent)
            raise ConfigError(_("This model cannot be quantized in that way.")) from error
    if content is None:
        raise ConfigError(_("This model cannot be quantized in that way."))
    target.write_bytes(content)


def _calibration(source: Path, examples: np.ndarray) -> dict[str, list[dict[str, np.ndarray]]]:
    signatures = LiteRtModel(source).interpreter.get_signature_list()
    name, signature = next(iter(signatures.items()))
    calls = range(0, len(examples), CALIBRATED_AT_ONCE)
    return {name: [{signature["inputs"][0]: examples[row : row + CALIBRATED_AT_ONCE]} for row in calls]}


def check_calibration(labels: np.ndarray) -> None:
    """Raises ConfigError where calibration examples show only one class: the ranges of the others would be guessed.

    Quantities, which are float, have none.
    """
    if labels.ndim == 1 and labels.dtype.kind in "iu" and len(np.unique(labels)) < 2:
        raise ConfigError(
            ngettext(
                "One calibration example shows one class only: take more.",
                "The {count} calibration examples all show one class: take more.",
                len(labels),
            )
        )


class LiteRtModel:
    """A LiteRT file in memory, on one core."""

    def __init__(self, path: Path | str) -> None:
        """Loads the file. Raises RuntimeError or ValueError where an operation is unknown."""
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(str(path), num_threads=1)
        self._input: Any = self.interpreter.get_input_details()[0]
        self._output: Any = self.interpreter.get_output_details()[0]
        self._rows = 0
        self._resize(1)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The model's outputs float32 (n, ...) for inputs `x` (n, ...)."""
        return np.concatenate([self.call(x[start : start + AT_ONCE]) for start in range(0, len(x), AT_ONCE)])

    def call(self, x: np.ndarray) -> np.ndarray:
        """The outputs of one call with all of `x`."""
        self._resize(len(x))
        interpreter = self.interpreter
        interpreter.set_tensor(self._input["index"], self._quantized(x))
        interpreter.invoke()
        return self._real(interpreter.get_tensor(self._output["index"]))

    def _resize(self, rows: int) -> None:
        if rows != self._rows:
            shape = [rows, *self._input["shape"][1:]]
            self.interpreter.resize_tensor_input(self._input["index"], shape)
            self.interpreter.allocate_tensors()
            self._rows = rows

    def _quantized(self, x: np.ndarray) -> np.ndarray:
        scale, zero = self._input["quantization"]
        dtype = self._input["dtype"]
        if not scale or x.dtype.kind != "f":
            return x.astype(dtype)
        limits = np.iinfo(dtype)
        return np.clip(np.round(x / scale) + zero, limits.min, limits.max).astype(dtype)

    def _real(self, values: np.ndarray) -> np.ndarray:
        scale, zero = self._output["quantization"]
        return ((values.astype(np.float32) - zero) * scale) if scale else values


@dataclass(frozen=True)
class Constant:
    """A tensor that a file holds: its name, the name of its type, and how many of its numbers are not zero."""

    name: str
    type: str
    size: int
    non_zeros: int
    mean_magnitude: float


def constants(path: Path) -> dict[str, Constant]:
    """The tensors of numbers that the file `path` holds, by name."""
    from ai_edge_litert import schema_py_generated as schema

    content = path.read_bytes()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    types = {value: name for name, value in vars(schema.TensorType).items() if not name.startswith("_")}
    found = {}
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            data = _data(model.buffers[tensor.buffer], content)
            kind = types[tensor.type]
            if data is None or not len(data) or kind not in UNPACKED:
                continue
            values = UNPACKED[kind](np.asarray(data, np.uint8))
            mean = float(np.abs(values.astype(np.float64)).mean())
            name = tensor.name.decode()
            found[name] = Constant(name, kind, values.size, int(np.count_nonzero(values)), mean)
    return found


def _data(buffer: Any, content: bytes) -> np.ndarray | None:
    """The bytes of a buffer, which may stand behind the table that describes the file."""
    if buffer.data is None and buffer.offset > 1:
        return np.frombuffer(content, np.uint8, buffer.size, buffer.offset)
    return buffer.data


def _nibbles(data: np.ndarray) -> np.ndarray:
    return np.stack([data & 15, data >> 4], -1).ravel()


UNPACKED = {
    "FLOAT32": lambda data: data.view(np.float32),
    "FLOAT16": lambda data: data.view(np.float16),
    "INT8": lambda data: data.view(np.int8),
    "INT4": _nibbles,
}


def layers_in(model: keras.Model) -> list[keras.Layer]:
    """The layers of `model`, and in the place of a model among them those of that."""
    import keras

    return [
        inner for layer in model.layers for inner in (layers_in(layer) if isinstance(layer, keras.Model) else [layer])
    ]


def layers_of(held: Sequence[Constant], model: keras.Model) -> dict[str, str]:
    """The layers whose weights the float32 tensors `held` are: name of the tensor -> name of the layer.

    A format transposes and renames; a tensor belongs to the weights of the same size and the same mean magnitude.
    """
    found: dict[str, str] = {}
    for layer in layers_in(model):
        for weight in layer.weights:
            values = weight.numpy()
            mean = float(np.abs(values.astype(np.float64)).mean()) if values.size else 0.0
            for each in held:
                if (
                    each.name not in found
                    and each.size == values.size
                    and np.isclose(each.mean_magnitude, mean, 1e-5, 0)
                ):
                    found[each.name] = layer.name
                    break
    return found
