"""Latency, measured in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.artifacts.latency import BATCHES, FEWEST_FOR_P95, NotMeasured, latency
from core.artifacts.litert import write_litert

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_measured_at_both_batches(tmp_path: Path) -> None:
    inputs = keras.Input((20,))
    write_litert(keras.Model(inputs, keras.layers.Dense(5)(inputs)), tmp_path / "model.tflite")
    np.save(tmp_path / "x.npy", np.ones((3, 20), np.float32))
    found, memory, resident = latency(tmp_path / "model.tflite", tmp_path / "x.npy")
    assert tuple(found) == BATCHES == (1, 256)
    assert all(each.batch == batch and each.median > 0 for batch, each in found.items())
    assert all((each.p95 is None) == (each.calls < FEWEST_FOR_P95) for each in found.values())
    assert all(each.p95 is None or each.p95 >= each.median for each in found.values())
    assert 0 < memory < resident


def test_a_95th_percentile_is_shown_from_so_many_calls_as_let_the_largest_exceed_it_with_95_percent() -> None:
    assert 1 - 0.95**FEWEST_FOR_P95 >= 0.95 > 1 - 0.95 ** (FEWEST_FOR_P95 - 1)


def test_a_file_that_cannot_be_read_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "broken.tflite").write_bytes(b"nothing")
    np.save(tmp_path / "x.npy", np.ones((3, 20), np.float32))
    with pytest.raises(NotMeasured):
        latency(tmp_path / "broken.tflite", tmp_path / "x.npy")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux pins a process to a core")
def test_the_process_that_measures_is_pinned_to_one_core() -> None:
    code = "import os\nfrom core.artifacts.latency import pin\npin()\nprint(len(os.sched_getaffinity(0)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"
