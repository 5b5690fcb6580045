"""What was pruned stays pruned through the changes that follow, or a note says what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import pytest

from core.artifacts.artifact import Artifact
from core.artifacts.change import steps_of
from core.compression.making import Workbench
from core.compression.subject import Subject
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.pruning.fine_tuning import fine_tune
from core.pruning.masks import Masks
from tests.support.learners import learner_of

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights
SETTINGS: dict[str, Any] = {"family": "mlp", "size": 3000, "batch_size": 32, "optimizer": "adam"}
PRUNED: tuple[str, dict[str, object]] = ("prune", {"sparsity": "0.9", "when": "at-once", "updates": "20"})


@pytest.fixture(scope="module")
def subject() -> Subject:
    made = learner_of("digits", **SETTINGS)
    fine_tune(made.objective, 200)
    return Subject("MLP on digits", keras_file(made.objective.model), TrainingConfig(problem="digits", **SETTINGS))


def made_of(subject: Subject, folder: Path, *steps: tuple[str, dict[str, object]]) -> Artifact:
    artifact = Artifact(1, steps_of(steps), "")
    return Workbench(subject).make(artifact, folder, lambda _share, _doing: None)


def kernels(artifact: Artifact) -> list[np.ndarray]:
    model = keras.models.load_model(artifact.keras_file, compile=False)
    return [variable.numpy() for variable in model.trainable_variables if variable.name == "kernel"]


def zeros(artifact: Artifact) -> tuple[int, int]:
    found = kernels(artifact)
    return sum(int((kernel == 0).sum()) for kernel in found), sum(kernel.size for kernel in found)


@pytest.mark.parametrize(
    "after",
    [
        ("quantization_aware", {"updates": "60"}),
        ("inputs", {"bits": "4", "updates": "60"}),
        ("prune", {"sparsity": "0.3", "when": "gradual", "updates": "120"}),
    ],
)
def test_they_stay_where_later_training_could_fill_them(
    subject: Subject, tmp_path: Path, after: tuple[str, dict[str, object]]
) -> None:
    made = made_of(subject, tmp_path, PRUNED, after)
    gone, total = zeros(made)
    assert gone == int(0.9 * total)
    assert made.measured is not None
    assert not any("zeros of the pruning" in note for note in made.measured.notes)
    assert made.making_cpu > 0


def test_a_run_that_was_pruned_while_it_trained_keeps_its_zeros_too(tmp_path: Path) -> None:
    learner = learner_of("digits", **SETTINGS)
    fine_tune(learner.objective, 60)
    Masks(learner.objective.model).prune(0.7)
    config = TrainingConfig(problem="digits", **SETTINGS, pruning="gradual", sparsity=0.7)
    subject = Subject("", keras_file(learner.objective.model), config)
    gone, total = zeros(made_of(subject, tmp_path, ("quantization_aware", {"updates": "60"})))
    assert gone == int(0.7 * total)


def test_low_rank_fills_the_zeros_of_what_it_takes_apart_and_says_so(subject: Subject, tmp_path: Path) -> None:
    made = made_of(subject, tmp_path, PRUNED, ("low_rank", {"rank": "4", "updates": "30"}))
    assert made.measured is not None
    (said,) = (note for note in made.measured.notes if "zeros of the pruning" in note)
    assert "“Low rank” has left" in said
    left, _total = zeros(made)
    assert left < zeros(made_of(subject, tmp_path, PRUNED))[0]


def test_zeros_go_with_the_units_that_are_removed_and_the_others_stay(subject: Subject, tmp_path: Path) -> None:
    made = made_of(subject, tmp_path, PRUNED, ("prune_units", {"sparsity": "0.5", "updates": "60"}))
    gone, total = zeros(made)
    assert made.measured is not None
    assert gone / total > 0.5  # units that keep most weights stay, so the share falls below 0.9
    assert any("“Prune units” has left" in note for note in made.measured.notes)
