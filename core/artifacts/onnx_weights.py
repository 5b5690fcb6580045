"""Weights of an ONNX file in four bits or sixteen; whatever is computed with them is float32 as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx

BLOCK = 32  # weights of one column that share a scale
MIDDLE = 8  # the four bits that stand for zero
FEWEST = 2  # numbers of a tensor that is worth a node; scalars are settings of an operation
HALF, QUANTIZED, SCALE = "_half", "_quantized", "_scale"  # what is added to the name of a tensor


def write_half(model: onnx.ModelProto) -> None:
    """Has all weights of `model` stand as float16, each with a node that makes it float32 again when it is loaded.

    Those beyond 65504, which float16 does not have, stay. (The converter that ONNX Runtime brings has everything
    computed in float16, for which it knows few operations on CPUs: it would convert around each of the others.)
    """
    from onnx import TensorProto, helper, numpy_helper

    graph, casts = model.graph, []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < FEWEST or np.abs(values).max() > np.finfo("f2").max:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + HALF))
        casts.append(helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def write_four_bits(model: onnx.ModelProto) -> None:
    """Has the matrices of dense layers in `model` stand in four bits, by ONNX Runtime's own quantizer and operation.

    A weight is (q - 8) s with a scale s for each `BLOCK` of a column (MatMulNBits). Convolutions and recurrences have
    no such operation and stay. (Its tool in Python for this needs a package more than the quantizer in C does.)
    """
    from onnx import helper

    graph = model.graph
    held = {tensor.name: tensor for tensor in graph.initializer}
    nodes, added = [], []
    for node in graph.node:
        found = _matrix(node, held)
        if found is None:
            nodes.append(node)
            continue
        tensors, new = _in_four_bits(node, found)
        added += tensors
        nodes += new
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.extend({tensor.name: tensor for tensor in added}.values())
    _drop_unused(graph)
    if not any(each.domain == "com.microsoft" for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Takes tensors away that no node reads; one in a branch or a loop may read any of them."""
    if any(attribute.HasField("g") or attribute.graphs for node in graph.node for attribute in node.attribute):
        return
    used = {name for node in graph.node for name in node.input}
    for tensor in [each for each in graph.initializer if each.name not in used]:
        graph.initializer.remove(tensor)


def four_bits(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The whole numbers -8 to 7 (columns, rows) that matrices of four bits hold, by the name of their tensor."""
    from onnx import numpy_helper

    held = {tensor.name: tensor for tensor in model.graph.initializer}
    found = {}
    for node in model.graph.node:
        if node.op_type == "MatMulNBits":
            bytes_ = numpy_helper.to_array(held[node.input[1]])
            rows = next(each.i for each in node.attribute if each.name == "K")
            numbers = np.stack([bytes_ & 15, bytes_ >> 4], -1).reshape(len(bytes_), -1)[:, :rows]
            found[node.input[1]] = numbers.astype(np.int8) - MIDDLE
    return found


def _matrix(node: onnx.NodeProto, held: dict[str, onnx.TensorProto]) -> np.ndarray | None:
    """The weights (rows, columns) float32 that `node` multiplies its input by; None if it does nothing of the kind."""
    from onnx import numpy_helper

    settings = {each.name: each.f if each.type == each.FLOAT else each.i for each in node.attribute}
    plain: dict[str, Any] = {"alpha": 1.0, "beta": 1.0, "transA": 0}
    is_product = node.op_type == "MatMul" or (
        node.op_type == "Gemm" and all(settings.get(name, value) == value for name, value in plain.items())
    )
    if not is_product or node.input[1] not in held:
        return None
    values = numpy_helper.to_array(held[node.input[1]])
    if values.ndim != 2 or values.dtype != np.float32:
        return None
    return np.ascontiguousarray(values.T if settings.get("transB") else values)


def _in_four_bits(node: onnx.NodeProto, values: np.ndarray) -> tuple[list[onnx.TensorProto], list[onnx.NodeProto]]:
    """The tensors and nodes that take the place of a product with `values`."""
    from onnx import helper, numpy_helper
    from onnxruntime.capi._pybind_state import quantize_matmul_4bits

    rows, columns = values.shape
    blocks = -(-rows // BLOCK)
    packed = np.zeros((columns, blocks, BLOCK // 2), np.uint8)
    scales, zeros = np.zeros((columns, blocks), np.float32), np.zeros((columns, (blocks + 1) // 2), np.uint8)
    padded = np.pad(values, ((0, blocks * BLOCK - rows), (0, 0)))
    quantize_matmul_4bits(packed, padded, scales, zeros, BLOCK, columns, rows, True)
    name, out = node.input[1], node.output[0]
    tensors = [numpy_helper.from_array(packed, name + QUANTIZED), numpy_helper.from_array(scales, name + SCALE)]
    has_bias = len(node.input) > 2 and bool(node.input[2])
    product = helper.make_node(
        "MatMulNBits", [node.input[0], name + QUANTIZED, name + SCALE], [out + "_product" if has_bias else out],
        domain="com.microsoft", K=rows, N=columns, bits=4, block_size=BLOCK,
    )  # fmt: skip
    bias = [helper.make_node("Add", [out + "_product", node.input[2]], [out])] if has_bias else []
    return tensors, [product, *bias]
