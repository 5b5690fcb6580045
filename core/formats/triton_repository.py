"""A model repository for NVIDIA Triton from an exported ONNX file: the same answers where one machine is too small."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.formats.certificate import Certificate
from core.formats.description import LABELS, Description
from core.formats.portable_names import INPUTS
from core.language import _

if TYPE_CHECKING:
    from pathlib import Path

TYPES = {"float32": "TYPE_FP32", "int32": "TYPE_INT32"}
CONFIG = """\
name: "{name}"
backend: "onnxruntime"
max_batch_size: {largest_batch}
input [ {{ name: "{input}", data_type: {dtype}, dims: [ {sides} ] }} ]
output [ {{ name: "{output}", data_type: TYPE_FP32, dims: [ {answers} ]{labels} }} ]
dynamic_batching {{ max_queue_delay_microseconds: {wait_us} }}
instance_group [ {{ kind: KIND_CPU, count: 1 }} ]
"""


def write_repository(model: Path, folder: Path, largest_batch: int = 32, longest_wait_ms: float = 0.0) -> Path:
    """Writes `folder`/NAME with config.pbtxt and 1/model.onnx, as `tritonserver --model-repository` reads it.

    Args:
        model: An ONNX file that was exported here.
        folder: The repository, which may have other models.
        largest_batch: Rows that Triton answers at once.
        longest_wait_ms: How long it waits for others to join the oldest.

    Returns:
        The model's folder in the repository.

    Raises:
        ConfigError: It is no ONNX file of ours, or its report says that it failed.
    """
    report = Certificate.read(model)
    if report is not None and not report.passed:
        raise ConfigError(report.sentence)
    description = Description.read(model) if model.suffix == ".onnx" and model.exists() else None
    if description is None:
        raise ConfigError(_("A repository for Triton is made of an exported ONNX file."))
    output, answers = _output(model)
    place = folder / description.name
    (place / "1").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, place / "1" / "model.onnx")
    labels = f', label_filename: "{LABELS}"' if description.labels and len(answers) == 1 else ""
    if labels:
        (place / LABELS).write_text("".join(f"{label}\n" for label in description.labels), encoding="utf8")
    config = CONFIG.format(
        name=description.name, largest_batch=largest_batch, input=INPUTS, dtype=TYPES[description.dtype],
        sides=_sides(description.input_shape), output=output, answers=_sides(answers), labels=labels,
        wait_us=round(1000 * longest_wait_ms),
    )  # fmt: skip
    (place / "config.pbtxt").write_text(config, encoding="utf8")
    return place


def _output(model: Path) -> tuple[str, tuple[int, ...]]:
    """The name of the output, and the shape of one answer; -1 for a side that is not fixed."""
    import onnx

    output = onnx.load(model).graph.output[0]
    sides = output.type.tensor_type.shape.dim[1:]
    return output.name, tuple(side.dim_value or -1 for side in sides)


def _sides(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))
