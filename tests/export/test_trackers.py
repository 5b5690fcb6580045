"""What is handed on to TensorBoard and MLflow is read back by their own means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import FIELDS, TrainingConfig
from core.export.mlflow_runs import write_mlflow
from core.export.tracked_run import MOST_POINTS, RESULTS, curves_of
from core.field import ConfigError
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of

if TYPE_CHECKING:
    from pathlib import Path

LOSS = np.array([4.0, 2.0, np.inf], np.float32)
VALIDATION = {"step": np.array([1, 3]), "validation_loss": np.array([3.0, 2.5])}


@pytest.fixture
def store() -> RunStore:
    """A run with a validation and a name that no folder may have, and one that knows almost nothing."""
    store = RunStore()
    full = store.add(**columns_of(TrainingConfig(seed=7), name="a/b: c", loss=2.0, best_loss=2.0, best_loss_step=1))
    store.record(full, RecordedColumns({"step": np.arange(3), "loss": LOSS}, VALIDATION))
    bare = columns_of(started=1.0)
    store.add(**bare | {"settings": {"problem": "fit", "learning_rate": None}, "learning_rate": None})
    return store


def events_in(folder: Path) -> dict[str, list[tuple[int, Any]]]:
    """Every value in a folder's event files by its tag, with its step."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for file in folder.glob("events.out.tfevents.*"):
        for raw in tf.data.TFRecordDataset(str(file)):
            event = tf.compat.v1.Event.FromString(raw.numpy())
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, tf.make_ndarray(value.tensor).reshape(-1)[0]))
    return found


def test_tensorboard_reads_every_curve_and_every_field_of_every_run(store: RunStore, tmp_path: Path) -> None:
    folders = store.to_tensorboard(tmp_path / "logs")
    read = [events_in(folder) for folder in folders]
    assert [folder.parent for folder in folders] == [tmp_path / "logs"] * 2
    full, bare = read
    assert full["loss"] == [(0, 4.0), (1, 2.0), (2, np.inf)]
    assert full["validation_loss"] == [(1, 3.0), (3, 2.5)]
    fields = {*(f"settings/{name}" for name in FIELDS), *(f"results/{name}" for name in RESULTS)}
    assert fields <= full.keys()
    assert fields <= bare.keys()
    assert full["settings/seed"][0][1] == b"7"
    assert bare["settings/learning_rate"][0][1] == b"none"
    assert np.isnan(bare["results/best_loss"][0][1])


def test_runs_that_are_written_again_are_there_once(store: RunStore, tmp_path: Path) -> None:
    store.to_tensorboard(tmp_path)
    (folder,) = store.to_tensorboard(tmp_path, "seed = 7")
    assert len(events_in(folder)["loss"]) == 3


def test_mlflow_reads_back_params_results_and_curves(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    tracking = pytest.importorskip("mlflow.tracking")
    uri = (tmp_path / "mlruns").as_uri()
    full, bare = store.to_mlflow(uri)
    client = tracking.MlflowClient(uri)
    run = client.get_run(full)
    assert run.info.run_name == "a/b: c"
    assert run.info.status == "FINISHED"
    assert run.data.params["seed"] == "7"
    assert set(FIELDS) <= run.data.params.keys()
    assert run.data.metrics["result.best_loss"] == 2.0
    assert [(row.step, row.value) for row in client.get_metric_history(full, "validation_loss")] == [(1, 3.0), (3, 2.5)]
    assert client.get_run(bare).data.params["learning_rate"] == "none"
    assert client.get_run(bare).data.tags["result.best_loss"] == "none"


def test_without_mlflow_a_sentence_says_what_to_install(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(ConfigError, match="pip install mlflow-skinny"):
        write_mlflow(store.runs(), "file:nowhere")


def test_a_long_curve_is_thinned_to_points_of_its_own(store: RunStore) -> None:
    loss = np.random.default_rng(0).normal(size=50_000)
    store.record(store[0].id, RecordedColumns({"step": np.arange(50_000), "loss": loss}, {}))
    steps, values = {name: points for name, *points in curves_of(store[0])}["loss"]
    assert len(steps) == MOST_POINTS
    np.testing.assert_array_equal(values, loss[steps])
