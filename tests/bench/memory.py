"""Memory of a long run: ten million parameters trained with Adam, and the history of a million steps."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from core.history.run_histories import RunHistories
from core.models.family import MODELS
from core.models.layer_name import LayerName
from core.models.spec import ModelSpec
from core.training.step_record import Steps
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAMETERS = 10_000_000
EXAMPLES, PIXELS, CLASSES = 60_000, 784, 10  # as many numbers as MNIST has
STEPS = 300  # the memory is what it will be after two checkpoints of the way back, 64 updates apart
MOST_MIB, MOST_HISTORY_MB = 3072, 100
MILLION = 1_000_000
LAYERS = 24  # the most that are recorded apart


def measure() -> Iterator[Figure]:
    """Peak memory of a process that trains and keeps snapshots and an hour's history; bytes of a million steps'."""
    command = [sys.executable, "-m", "tests.bench.memory"]
    seen = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    half, peak, snapshots, an_hour = map(float, seen[-4:])
    against = (
        f"{half:,.0f} MiB at half of {STEPS} updates; 10 M parameters, Adam, 60 000 x 784 examples, {snapshots:.0f} "
        f"snapshots, and the history of a million updates (an hour has {an_hour:,.0f})"
    ).replace(",", " ")
    yield Figure("memory.10m", peak, "MiB", MOST_MIB, against, at_most=True)
    record = _filled_record(LAYERS)
    assert record.layers is not None
    kept = f"{len(record.history):,} rows and {len(record.layers):,} of {LAYERS} layers".replace(",", " ")
    size = (record.history.nbytes + record.layers.nbytes) / 1e6
    yield Figure("memory.history", size, "MB", MOST_HISTORY_MB, f"a million steps: {kept}", at_most=True)


def _train() -> None:
    """Trains and prints the peak memory in MiB, at half of the steps and at the end, snapshots and updates an hour."""
    import keras

    from core.geometry.weight_path import WeightPathProbe
    from core.learning.model_objective import ModelObjective
    from core.training.trainer import Trainer

    rng = np.random.default_rng(0)
    x = rng.random((EXAMPLES, PIXELS), dtype=np.float32)
    y = rng.integers(0, CLASSES, EXAMPLES).astype("int32")
    model = MODELS["mlp"].build(MODELS["mlp"].of_size(PARAMETERS, ModelSpec((PIXELS,), CLASSES)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    trainer = Trainer(ModelObjective(model, x, y, loss=loss), keras.optimizers.Adam(1e-4), batch_size=32)
    record, snapshots, seconds = _filled_record(len(trainer.layer_names)), WeightPathProbe(), 0.0
    for _ in range(2):
        for _ in range(STEPS // 20):
            began = time.perf_counter()
            steps = trainer.advance(10)
            seconds += time.perf_counter() - began
            assert len(steps) == 10
            path = snapshots.look(trainer.snapshot())
        print(_peak_mib(), flush=True)
    assert len(record.history) <= MILLION
    print(len(path.points), 3600 * STEPS / seconds)


def _filled_record(n_layers: int) -> RunHistories:
    """The record of a million updates, so that all of its memory is in use."""
    record = RunHistories(0, [LayerName(f"layer_{i}") for i in range(n_layers)])
    for first in range(0, MILLION, 10_000):
        ones = np.ones(10_000, np.float32)
        nothing = np.empty((10_000, 0), np.float32)
        of_layers = np.ones((10_000, n_layers, 3), np.float32)
        record.append(Steps(first, ones, nothing, nothing, nothing, False, (ones, ones), of_layers))
    return record


def _peak_mib() -> float:
    """The most memory that this process had resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts KiB


if __name__ == "__main__":
    _train()
