"""Small model files with known answers, for what serves and loads models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.formats.description import Description

if TYPE_CHECKING:
    from pathlib import Path

MATRIX = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]], np.float32)  # answers are x @ MATRIX


def linear_onnx(folder: Path, name: str = "linear") -> Path:
    """An ONNX file of x (n, 2) -> x @ MATRIX (n, 3), made without any of the exporters."""
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["inputs", "matrix"], ["output_0"])],
        name,
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("output_0", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(MATRIX, "matrix")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / f"{name}.onnx"
    onnx.save(model, path)
    Description(name, (2,), "float32", ("a", "b", "c"), "logits").write(path)
    return path
