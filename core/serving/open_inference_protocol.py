"""Requests and answers of the Open Inference Protocol, version 2, as KServe and Triton speak it.

Tensors are JSON lists, or bytes behind the JSON (Triton's extension for binary tensors), whose length the header
"Inference-Header-Content-Length" tells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from core.formats.portable_names import INPUTS
from core.serving.refusal import RefusalError
from core.serving.tensorflow_protocol import parsed

if TYPE_CHECKING:
    from core.serving.served_model import ServedModel

DTYPES = {"FP32": np.float32, "FP64": np.float64, "FP16": np.float16, "INT32": np.int32, "INT64": np.int64,
          "INT16": np.int16, "INT8": np.int8, "UINT8": np.uint8}  # fmt: skip
OF_MODEL = {"float32": "FP32", "int32": "INT32"}
OUTPUT = "output_0"
HEADER = "inference-header-content-length"


@dataclass(frozen=True)
class Request:
    """A request that was read.

    Attributes:
        rows: The inputs (n, ...).
        id: Given back in the answer; "" if there is none.
        is_binary: The answer is wanted as bytes.
    """

    rows: np.ndarray
    id: str = ""
    is_binary: bool = False


def read(model: ServedModel, body: bytes, header_length: str | None) -> Request:
    """The request in `body`; raises RefusalError if it cannot be read."""
    length = len(body) if header_length is None else int(header_length) if header_length.isdecimal() else -1
    if not 0 < length <= len(body):
        raise RefusalError(400, f"{HEADER} does not fit the body.")
    request = parsed(body[:length])
    inputs, outputs = request.get("inputs"), request.get("outputs") or [{}]
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise RefusalError(400, "The model has one input.")
    if not isinstance(outputs, list) or not isinstance(outputs[0], dict) or len(outputs) > 1:
        raise RefusalError(400, "The model has one output.")
    if outputs[0].get("name", OUTPUT) != OUTPUT:
        raise RefusalError(400, f"The model's output is called {OUTPUT}.")
    rows = _tensor(inputs[0], body[length:])
    binary = _parameter(outputs[0], "binary_data", _parameter(request, "binary_data_output", False))
    return Request(model.fitting(rows.astype(model.dtype, copy=False)), str(request.get("id", "")), bool(binary))


def _parameter(holder: dict[str, Any], name: str, default: object) -> Any:
    parameters = holder.get("parameters")
    return parameters.get(name, default) if isinstance(parameters, dict) else default


def _tensor(entry: dict[str, Any], behind: bytes) -> np.ndarray:
    """The input as an array; `behind` are the bytes behind the JSON."""
    kind, shape = DTYPES.get(str(entry.get("datatype"))), entry.get("shape")
    if kind is None:
        raise RefusalError(400, f"The datatype is one of {', '.join(DTYPES)}.")
    if not isinstance(shape, list) or not all(type(side) is int and side >= 0 for side in shape):
        raise RefusalError(400, "The shape is a list of whole numbers.")
    size = _parameter(entry, "binary_data_size", None)
    try:
        flat = np.asarray(entry["data"], kind) if size is None else np.frombuffer(behind[: int(size)], kind)
        if flat.size != math.prod(shape):
            raise RefusalError(400, f"The shape {shape} does not fit {flat.size} numbers.")
        return flat.reshape(shape)
    except (KeyError, ValueError, TypeError, OverflowError):
        raise RefusalError(400, "The data are not numbers of this datatype.") from None


def written(model: ServedModel, request: Request, answers: np.ndarray) -> tuple[bytes, dict[str, str]]:
    """The body of an answer and the headers that belong to it."""
    output: dict[str, Any] = {"name": OUTPUT, "datatype": "FP32", "shape": answers.shape}
    answer: dict[str, Any] = {"model_name": model.name, "model_version": "1", "outputs": [output]}
    if request.id:
        answer["id"] = request.id
    answers = np.ascontiguousarray(answers, np.float32)
    if not request.is_binary:
        output["data"] = answers.reshape(-1)
        return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), {"content-type": "application/json"}
    data = answers.tobytes()
    output["parameters"] = {"binary_data_size": len(data)}
    head = orjson.dumps(answer)
    return head + data, {"content-type": "application/octet-stream", HEADER: str(len(head))}


def server_metadata() -> dict[str, Any]:
    """What `GET /v2` answers."""
    return {"name": "descent-lab", "version": "1", "extensions": ["binary_tensor_data"]}


def metadata(model: ServedModel) -> dict[str, Any]:
    """What `GET /v2/models/NAME` answers; the labels of the classes stand beside it."""
    shape, output = ([-1, *sides] for sides in (model.description.input_shape, model.output_shape))
    return {
        "name": model.name, "versions": ["1"], "platform": model.platform,
        "inputs": [{"name": INPUTS, "datatype": OF_MODEL[model.description.dtype], "shape": shape}],
        "outputs": [{"name": OUTPUT, "datatype": "FP32", "shape": output}],
        "labels": model.description.labels,
    }  # fmt: skip
