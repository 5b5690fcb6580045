"""Latency of an artifact's file, measured in a process of its own that does nothing else, on one core, warm.

python -m core.artifacts.latency FILE INPUTS.npy     # prints one JSON object a line: see `measure`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.artifacts.artifact import Latency
from core.artifacts.runtime import loaded
from core.forking.server_process import with_packages

if TYPE_CHECKING:
    from pathlib import Path

    from core.artifacts.runtime import Answering

BATCHES = (1, 256)
WARM_S, MEASURED_S = 0.2, 1.0
MOST_CALLS, FEWEST_CALLS = 5000, 10
FEWEST_FOR_P95 = 59  # calls; with fewer the largest of them may be below it more often than once in twenty
PATIENCE_S = 120.0


class NotMeasured(RuntimeError):
    """The process that measures has failed."""


def latency(file: Path, inputs: Path) -> tuple[dict[int, Latency], int, int]:
    """The latencies by batch size, and the memory of a program that loads `file` and answers one example.

    Of that first the bytes by which it grows, then all that it has, with the runtime and the interpreter.

    Args:
        file: A LiteRT or ONNX file.
        inputs: A file of examples as `np.save` writes them; they are repeated to fill a batch.

    Raises:
        NotMeasured: The process has failed.
    """
    command = [sys.executable, "-m", "core.artifacts.latency", str(file), str(inputs)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, env=with_packages({}), check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    said = json.loads(done.stdout.splitlines()[-1])
    return {each["batch"]: Latency(**each) for each in said["latency"]}, said["memory"], said["resident"]


def measure(file: str, x: np.ndarray) -> dict[str, object]:
    """The latencies of `file` in this process, as JSON has them."""
    before = psutil.Process().memory_info().rss
    model = loaded(file)
    model.call(x[:1])
    after = psutil.Process().memory_info().rss
    times = [_of_batch(model, np.resize(x, (batch, *x.shape[1:]))) for batch in BATCHES]
    return {"latency": times, "memory": after - before, "resident": after}


def _of_batch(model: Answering, x: np.ndarray) -> dict[str, float | None]:
    end = time.perf_counter() + WARM_S
    while time.perf_counter() < end:
        model.call(x)
    seconds: list[float] = []
    end = time.perf_counter() + MEASURED_S
    while len(seconds) < FEWEST_CALLS or (time.perf_counter() < end and len(seconds) < MOST_CALLS):
        began = time.perf_counter()
        model.call(x)
        seconds.append(time.perf_counter() - began)
    p95 = float(np.percentile(seconds, 95)) if len(seconds) >= FEWEST_FOR_P95 else None
    return {"batch": len(x), "median": float(np.median(seconds)), "p95": p95, "calls": len(seconds)}


def pin() -> None:
    """Keeps this process on the last core that it may use, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    pin()
    print(json.dumps(measure(sys.argv[1], np.load(sys.argv[2]))))
