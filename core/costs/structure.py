"""What a run's model would take as a service, measured on its structure: weights change neither time nor bytes.

The model of a kept run is built anew with its first weights, in a process of its own, and timed as an artifact is.

    python -m core.costs.structure FOLDER    # reads structure.pickle, prints one JSON object
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.forking.server_process import with_packages

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

FILE = "structure.pickle"
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Structure:
    """What was measured of a model's structure.

    Attributes:
        service: Seconds of a core for an answer to one example, the median.
        size: Bytes of its LiteRT file in float32.
        memory: Bytes of a program that has loaded it and answered one example, the runtime among them.
    """

    service: float
    size: int
    memory: int | None = None


def measured_structure(config: TrainingConfig) -> Structure | None:
    """The time and bytes of a model of these settings; None where they could not be measured."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_bytes(pickle.dumps(config))
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "core.costs.structure", folder], capture_output=True, text=True,
                timeout=PATIENCE_S, env=with_packages(quiet), check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
    return None if done.returncode else Structure(**json.loads(done.stdout.splitlines()[-1]))


def _measure(folder: Path) -> Structure:
    import numpy as np

    from core.artifacts.latency import latency
    from core.artifacts.litert import write_litert
    from core.learning.learner import build_learner
    from core.learning.setup import ModelSetup

    learner = build_learner(ModelSetup.of(pickle.loads((folder / FILE).read_bytes())))
    file, inputs = folder / "model.tflite", folder / "inputs.npy"
    write_litert(learner.objective.model, file)
    np.save(inputs, np.asarray(learner.split.x_val)[:256])
    times, _grown, resident = latency(file, inputs)
    return Structure(times[1].median, file.stat().st_size, resident)


if __name__ == "__main__":
    found = _measure(Path(sys.argv[1]))
    print(json.dumps(asdict(found)))
