"""Loads an exported model with the runtime it is meant for, and asks it for answers; imports nothing of this project.

So a report on a file says what a stranger's program gets from it:

    python -I clean_reader.py MODEL rows.npy answers.npz    # answers at batch 1 and 32, and what was imported
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Callable[[np.ndarray], np.ndarray]

BATCHES = 1, 32
OURS = "core", "widgets"


def load(path: Path | str) -> Answer:
    """A function of rows (n, ...) to answers (n, ...): the model in the file, on one thread where it can be told."""
    path = Path(path)
    return {".onnx": _onnx, ".tflite": _litert, ".keras": _keras, ".xml": _openvino}.get(path.suffix, _saved_model)(
        path
    )


def _onnx(path: Path) -> Answer:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda rows: session.run(None, {name: rows})[0]


def _litert(path: Path) -> Answer:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path), num_threads=1)
    place, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    interpreter.allocate_tensors()
    shape: tuple[int, ...] | None = None

    def answer(rows: np.ndarray) -> np.ndarray:
        nonlocal shape
        if rows.shape != shape:  # the batch of a LiteRT model is fixed until it is laid out anew
            interpreter.resize_tensor_input(place, rows.shape)
            interpreter.allocate_tensors()
            shape = rows.shape
        interpreter.set_tensor(place, rows)
        interpreter.invoke()
        return interpreter.get_tensor(result)

    return answer


def _openvino(path: Path) -> Answer:
    import openvino

    # Left to itself it computes in half precision where the processor can: answers differ by a hundredth.
    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    compiled = openvino.compile_model(path, "CPU", settings)
    return lambda rows: compiled(rows)[0]


def _keras(path: Path) -> Answer:
    import keras

    model = keras.saving.load_model(path, compile=False)
    return lambda rows: np.asarray(model.predict_on_batch(rows))  # compiled: a call of an RNN took 40 ms


def _saved_model(path: Path) -> Answer:
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return lambda rows: model.serve(tf.constant(rows)).numpy()


def answers_at(answer: Answer, rows: np.ndarray, batch: int) -> np.ndarray:
    """The answers to all `rows`, `batch` at a time."""
    return np.concatenate([answer(rows[first : first + batch]) for first in range(0, len(rows), batch)])


def main(path: str, rows_file: str, answers_file: str) -> None:
    """Writes answers to all rows at each batch size, the seconds each took, and which of our modules were loaded."""
    rows, answer = np.load(rows_file), load(path)
    found: dict[str, np.ndarray] = {}
    seconds = {}
    for batch in BATCHES:
        began = time.perf_counter()
        found[f"batch_{batch}"] = answers_at(answer, rows, batch)
        seconds[batch] = time.perf_counter() - began
    ours = sorted(name for name in sys.modules if name.partition(".")[0] in OURS)
    found["report"] = np.array(json.dumps({"seconds": seconds, "ours": ours, "python": sys.version.split()[0]}))
    np.savez(answers_file, **found)  # type: ignore[arg-type]  # NumPy's stub takes the names for its own options


if __name__ == "__main__":
    main(*sys.argv[1:])
