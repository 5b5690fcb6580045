"""A run as a plain Keras script that anybody can read and run; a model has its data in a file beside it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.datasets.dataset import CSV
from core.export.model_script import model_script
from core.export.plane_script import plane_script
from core.export.pruning_lines import is_pruned
from core.field import ConfigError
from core.language import N_, _, shown
from core.learning.setup import ModelSetup
from core.optimizers.schedules import SCHEDULES
from core.runs.past.setting_changes import TOTAL_STEPS

if TYPE_CHECKING:
    import os

    from core.datasets.dataset import Dataset
    from core.runs.saved_run import SavedRun

NO_SCRIPT_OF_BRANCH = N_(
    "This run begins with the weights of another run: open it on the page, and save its script there."
)
PARTS = ("x_train", "y_train", "x_val", "y_val")


def script_files(run: SavedRun, stem: str = "run", table: Dataset | None = None) -> dict[str, bytes]:
    """The files of the script by name: "run.py", and "run-data.npz" with the data that a model learns from.

    The weights that a branch begins with are there too.
    A line and a surface need no data: the script makes them by their formulas.

    Args:
        run: Its settings, and the changes of live ones with their updates.
        stem: The name of the files without their endings.
        table: The data set of the problem "csv".

    Raises:
        ConfigError: The data cannot be had, or the weights that a branch began with were lost.
    """
    weights = None if run.branch is None else run.branch.weights
    if weights is not None and weights() is None:
        raise ConfigError(shown(NO_SCRIPT_OF_BRANCH))
    run = _with_changes_that_matter(run)
    if not run.config.learns:
        return {f"{stem}.py": plane_script(run).encode()}
    if run.config.problem == CSV and table is None:
        raise ConfigError(_("The table that this run learned from is no longer here, so no script can be made of it."))
    data_file = f"{stem}-data.npz"
    script = model_script(run, data_file, table)
    return {f"{stem}.py": script.encode(), data_file: _data(run, table)}


def save_script(run: SavedRun, path: str | os.PathLike[str], table: Dataset | None = None) -> list[Path]:
    """Writes the script to `path` and the data of a model beside it; returns the files written."""
    path = Path(path)
    written = []
    for name, content in script_files(run, path.stem, table).items():
        written.append(path.with_name(name))
        written[-1].write_bytes(content)
    return written


def zipped(files: dict[str, bytes]) -> bytes:
    """The files in a ZIP archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def _with_changes_that_matter(run: SavedRun) -> SavedRun:
    """The run without the changes of its length, by which only a schedule and pruning go."""
    if is_pruned(run) or (run.config.learns and not SCHEDULES[run.config.schedule].constant):
        return run
    return replace(run, changes=tuple(change for change in run.changes if change.name != TOTAL_STEPS))


def _data(run: SavedRun, table: Dataset | None) -> bytes:
    config = run.config
    dataset = ModelSetup.of(config, table).dataset
    settings = config.examples, config.data_noise, config.train_share, config.seed
    split = dataset.load(*settings, train_examples=config.train_examples)
    file = io.BytesIO()
    weights = () if run.branch is None or run.branch.weights is None else run.branch.weights() or ()
    arrays: dict[str, Any] = {name: getattr(split, name) for name in PARTS}
    arrays |= {f"weight_{place}": value for place, value in enumerate(weights)}
    np.savez_compressed(file, **arrays)
    return file.getvalue()
