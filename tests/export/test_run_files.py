from __future__ import annotations

import json
import zipfile
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from core.config.training_config import TrainingConfig
from core.export.run_files import export, keras_file, run_files
from core.field import ConfigError
from core.formats.clean_reader import load
from core.formats.trained_model import TrainedModel
from core.runs.recorded_columns import RecordedColumns
from core.runs.saved_run import SavedRun
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from tests.support.learners import learner_of
from widgets.export.saving import Saving

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = RecordedColumns({"step": np.arange(2), "loss": np.array([2.0, 1.0])}, {})


def run_of(**more: Any) -> Any:
    parts = {"history": HISTORY, "saved": SavedRun(TrainingConfig()), "table": None, "model_file": lambda: None}
    return SimpleNamespace(**parts | more)


def test_the_ending_says_what_is_written(tmp_path: Path) -> None:
    assert export(run_of(), tmp_path / "a.csv") == [tmp_path / "a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"step,loss\r\n0,2.0\r\n1,1.0\r\n"
    assert list(run_files(run_of(), "b.py")) == ["b.py"]
    with np.load(BytesIO(run_files(run_of(), "c.npz")["c.npz"])) as read:
        assert read["loss"].tolist() == [2.0, 1.0]


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights
def test_a_model_that_was_saved_answers_as_it_did(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    (path,) = export(run_of(model_file=lambda: keras_file(model)), tmp_path / "model.keras")
    x = np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(keras.saving.load_model(path)(x), model(x))


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights
def test_a_repository_for_triton_holds_a_model_that_answers_and_its_report(tmp_path: Path) -> None:
    learner = learner_of("digits", family="mlp", size=1000)
    trained = TrainedModel.of(learner, keras_file(learner.objective.model))
    assert trained is not None
    export(run_of(trained_model=lambda: trained), tmp_path / "models.triton")
    place = tmp_path / "models" / "mlp_digits"
    config = text_format.Parse((place / "config.pbtxt").read_text(), model_config_pb2.ModelConfig())
    assert (config.name, tuple(config.input[0].dims)) == ("mlp_digits", trained.x.shape[1:])
    assert json.loads((place / "model.onnx.report.json").read_text())["passed"] is True
    answers = load(place / "1" / "model.onnx")(trained.rows[:8])
    np.testing.assert_allclose(answers, learner.objective.model(trained.x[:8]), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "run", "sentence"),
    [
        ("run.exe", run_of(), "A run is saved as .py"),
        ("run.keras", run_of(), "There is no model to save"),
        ("run.py", run_of(saved=None), "Your own model"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_a_sentence(name: str, run: Any, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        run_files(run, name)


def test_a_page_sends_one_file_and_says_why_there_is_none() -> None:
    sent: list[tuple[str, bytes]] = []
    refused: list[str] = []
    saving = Saving(run_of(history=with_evaluations()), lambda *file: sent.append(file), refused.append)
    for ending in (".csv", ".keras", ".exe"):
        saving.save(ending)
        saving._worker.join(20)
    (name, content), *others = sent
    assert (name, others) == ("run.csv.zip", [])
    assert zipfile.ZipFile(BytesIO(content)).namelist() == ["run.csv", "run-evaluations.csv"]
    assert refused == ["There is no model to save: a surface has none, and others only once they are built."]


def with_evaluations() -> RecordedColumns:
    return RecordedColumns(HISTORY.by_update, {"step": np.array([1]), "validation_loss": np.array([0.5])})


def test_a_kept_run_is_saved_as_a_script_with_its_changes(tmp_path: Path) -> None:
    store = RunStore()
    change = [40, "learning_rate", 0.01, 0.1, False]
    config = TrainingConfig(learning_rate=0.1)
    store.add(**columns_of(config, replay={"changes": [change], "program": None}))
    (script,) = store[0].save(tmp_path / "kept.py")
    assert "    40: {'learning_rate': 0.1}," in script.read_text()
    assert "SGD(learning_rate=0.01)" in script.read_text()
