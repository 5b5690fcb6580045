"""A model that predicts a quantity, made smaller: R² against scikit-like closed forms and Keras' own predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.artifacts.artifact import Artifact
from core.artifacts.change import steps_of
from core.compression.making import Workbench
from core.compression.subject import Subject, loaded_model
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.language import use
from core.pruning.fine_tuning import fine_tune
from tests.support.learners import learner_of
from widgets.compress.artifact_texts import heads, row_of, sentences
from widgets.compress.pareto_chart import BYTES, ParetoChart

if TYPE_CHECKING:
    from core.artifacts.artifact import Measured

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights


@pytest.fixture(scope="module", params=["diabetes", "co2"])
def bench(request: pytest.FixtureRequest) -> Workbench:
    settings: dict[str, Any] = {"family": "mlp", "size": 2000} if request.param == "diabetes" else {}
    config = TrainingConfig.suited_to(request.param).replace(**settings)
    learner = learner_of(request.param, **settings)
    fine_tune(learner.objective, 300)
    return Workbench(Subject("", keras_file(learner.objective.model), config))


def made(bench: Workbench, folder: Path, *asked: tuple[str, dict[str, object]]) -> Artifact:
    folder.mkdir(exist_ok=True)
    return bench.make(Artifact(1, steps_of(asked), ""), folder, lambda _share, _doing: None)


def measured(artifact: Artifact) -> Measured:
    assert artifact.measured is not None
    return artifact.measured


def test_the_original_has_the_r2_of_keras_own_predictions(bench: Workbench, tmp_path: Path) -> None:
    artifact = made(bench, tmp_path)
    split = bench._split
    predicted = loaded_model(Path(artifact.keras_file).read_bytes()).predict(split.x_val, verbose=0)
    metric = keras.metrics.R2Score()
    metric.update_state(split.y_val, predicted)
    found = measured(artifact)
    assert found.is_quantity
    assert found.quality.value == pytest.approx(float(metric.result()), abs=1e-4)
    assert abs(found.error_change.value) < 1e-4


def test_smaller_forms_are_compared_by_a_paired_bootstrap_in_words(bench: Workbench, tmp_path: Path) -> None:
    use("en")
    small = made(bench, tmp_path / "a", ("quantize", {"scheme": "onnx-int8"}))
    found = measured(small)
    assert found.quality.value == pytest.approx(measured(made(bench, tmp_path / "b")).quality.value, abs=0.1)
    assert any("paired bootstrap" in sentence for sentence in sentences(small))
    row = row_of(small, None)
    assert row["cells"][0].startswith("R² ")
    assert heads([small])[1] == "R², %"
    panel = ParetoChart([small], BYTES, None).panel()
    assert panel.figure.layout.yaxis.title.text == "R², %"


@pytest.mark.parametrize(
    "asked", [("prune", {"sparsity": 0.5, "updates": 50}), ("distill", {"size": 300, "updates": 200})]
)
def test_pruning_and_distillation_leave_a_model_that_predicts(
    bench: Workbench, tmp_path: Path, asked: tuple[str, dict[str, object]]
) -> None:
    found = measured(made(bench, tmp_path, asked))
    assert found.quality.value > 0.05  # of no use, a model would have 0
    assert np.isfinite(found.answers).all()


def test_a_search_by_right_answers_is_refused_in_a_sentence(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="predicts a quantity"):
        made(bench, tmp_path, ("prune_to", {"points": 1}))
