"""Kept runs as TensorBoard's event files, written by `tf.summary`: one folder a run.

`tensorboard --logdir logs` shows them. Every run has every field, so that none drops out of a comparison.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

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
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for name, steps, values in curves_of(run):
            for step, value in zip(steps.tolist(), values.tolist(), strict=True):
                tf.summary.scalar(name, value, step=step)
        last = int(results_of(run)["steps"])
        for name, result in results_of(run).items():
            tf.summary.scalar(f"results/{name}", result, step=last)
        for name, text in (settings_of(run) | facts_of(run)).items():
            tf.summary.text(f"settings/{name}", text, step=last)
    writer.close()
    return folder


def _folder_name(run: TrackedRun) -> str:
    """A name that every file system takes; its last part tells runs of one name apart."""
    plain = re.sub(r"[^\w.-]+", "_", run.title).strip("._")[:60]
    return f"{run.number:04d}-{plain or 'run'}-{run.id[:6]}"
