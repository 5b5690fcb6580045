"""Requests and answers as TensorFlow Serving's REST interface has them (`POST /v1/models/NAME:predict`).

Rows are "instances", one each, and their answers "predictions"; or they are one tensor, "inputs", and "outputs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from core.formats.portable_names import INPUTS
from core.serving.refusal import RefusalError

if TYPE_CHECKING:
    import numpy as np

    from core.serving.served_model import ServedModel


def read(model: ServedModel, body: bytes) -> tuple[np.ndarray, str]:
    """The rows of a request and the name that its answer has; raises RefusalError if it cannot be read."""
    request = parsed(body)
    if "instances" in request:
        instances = request["instances"]
        if isinstance(instances, list) and instances and isinstance(instances[0], dict):
            instances = [_named(each) for each in instances]
        return model.rows(instances), "predictions"
    if "inputs" in request:
        inputs = request["inputs"]
        return model.rows(_named(inputs) if isinstance(inputs, dict) else inputs), "outputs"
    raise RefusalError(400, 'A request has "instances", one a row, or "inputs", all rows as one tensor.')


def written(answers: np.ndarray, name: str) -> bytes:
    """The JSON of an answer."""
    return orjson.dumps({name: answers}, option=orjson.OPT_SERIALIZE_NUMPY)


def parsed(body: bytes) -> dict[str, Any]:
    """A JSON object; raises RefusalError if the body is none."""
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RefusalError(400, "The body is not JSON.") from None
    if not isinstance(request, dict):
        raise RefusalError(400, "The body must be a JSON object.")
    return request


def status() -> dict[str, Any]:
    """What `GET /v1/models/NAME` answers."""
    return {"model_version_status": [
        {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    ]}  # fmt: skip


def metadata(model: ServedModel) -> dict[str, Any]:
    """What `GET /v1/models/NAME/metadata` answers: the signature, and the labels of the classes."""
    dtype = {"float32": "DT_FLOAT", "int32": "DT_INT32"}[model.description.dtype]
    signature = {
        "inputs": {INPUTS: {"dtype": dtype, "tensor_shape": _shape(model.description.input_shape)}},
        "outputs": {"output_0": {"dtype": "DT_FLOAT", "tensor_shape": _shape(model.output_shape)}},
        "method_name": "tensorflow/serving/predict",
    }
    return {
        "model_spec": {"name": model.name, "version": "1"},
        "metadata": {"signature_def": {"signature_def": {"serving_default": signature}}},
        "labels": model.description.labels,
    }


def _shape(shape: tuple[int, ...]) -> dict[str, Any]:
    return {"dim": [{"size": "-1"}, *({"size": str(side)} for side in shape)], "unknown_rank": False}


def _named(values: object) -> object:
    """The one input of a request that names its inputs."""
    if not isinstance(values, dict) or len(values) != 1:
        raise RefusalError(400, "The model has one input.")
    return next(iter(values.values()))
