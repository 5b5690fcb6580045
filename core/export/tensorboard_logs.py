"""Kept runs as TensorBoard's event files, written by `tf.summary`: one folder a run.

`tensorboard --logdir logs` shows them. Every run has every field, so that none drops out of a comparison.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.export.tracked_run import curves_of, facts_of, results_of, settings_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from core.export.tracked_run import TrackedRun


def write_tensorboard(runs: Iterable[TrackedRun], folder: str | os.PathLike[str]) -> list[Path]:
    """Writes a folder for each run in `folder` and returns these; a run that is there already is written anew.

    Curves are scalars by step. Settings are texts called "settings/…", results scalars called "results/…", at the last
    step. It loads TensorFlow.
    """
    return [_write(run, Path(folder) / _folder_name(run)) for run in runs]


def _write(run: TrackedRun, folder: Path) -> Path:
    import tensorflow as tf

    for old in folder.glob("events.out.tfevents.*"):
        old.unlink()
    scalar, text = (_metadata(kind) for kind in ("scalars", "text"))
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for name, steps, values in curves_of(run):
            for step, value in zip(steps.tolist(), values.astype(np.float32), strict=True):
                tf.summary.write(name, value, step, scalar)
        last = int(results_of(run)["steps"])
        for name, result in results_of(run).items():
            tf.summary.write(f"results/{name}", np.float32(result), last, scalar)
        for name, said in (settings_of(run) | facts_of(run)).items():
            tf.summary.write(f"settings/{name}", said, last, text)
    writer.close()
    return folder


def _metadata(plugin: str) -> Any:
    """What tells TensorBoard which of its parts shows a value; `tf.summary.scalar` would need TensorBoard itself."""
    import tensorflow as tf

    kind = tf.compat.v1.SummaryMetadata
    data_class = {"scalars": 1, "text": 2}[plugin]  # DATA_CLASS_SCALAR, DATA_CLASS_TENSOR
    return kind(plugin_data=kind.PluginData(plugin_name=plugin), data_class=data_class)


def _folder_name(run: TrackedRun) -> str:
    """A name that every file system takes; its last part tells runs of one name apart."""
    plain = re.sub(r"[^\w.-]+", "_", run.title).strip("._")[:60]
    return f"{run.number:04d}-{plain or 'run'}-{run.id[:6]}"
