"""Each change on a small trained model: what it leaves, what it removes, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.artifacts.change import Step
from core.compression.applying import APPLY
from core.compression.subject import loaded_model
from core.compression.work import Work
from core.export.run_files import keras_file
from core.field import ConfigError
from core.pruning.fine_tuning import fine_tune
from core.pruning.masks import prunable
from core.pruning.sensitivity import LEVELS, sensitivity
from core.pruning.smallest import smallest
from tests.support.learners import learner_of

if TYPE_CHECKING:
    from core.learning.learner import Learner

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights


@pytest.fixture(scope="module")
def learner() -> Learner:
    made = learner_of("digits", family="mlp", size=5000)
    fine_tune(made.objective, 800)
    return made


@pytest.fixture(scope="module")
def content(learner: Learner) -> bytes:
    return keras_file(learner.objective.model)


@pytest.fixture
def model(content: bytes) -> keras.Model:
    return loaded_model(content)


@pytest.fixture
def work(learner: Learner) -> Work:
    return Work(learner.setup, learner.split, learner.objective.predict, accuracy=0.95)


def right(model: keras.Model, learner: Learner) -> int:
    split = learner.split
    return int((model.predict(split.x_val, verbose=0).argmax(-1) == split.y_val).sum())


def zeros(model: keras.Model) -> float:
    values = [variable.numpy() for variable in prunable(model)]
    return sum((value == 0).sum() for value in values) / sum(value.size for value in values)


@pytest.mark.parametrize("when", ["gradual", "at-once"])
def test_pruned_weights_are_as_many_as_asked_for_after_fine_tuning(model: keras.Model, work: Work, when: str) -> None:
    done = APPLY["prune"](model, Step.of("prune", {"sparsity": 0.85, "updates": 300, "when": when}), work)
    assert zeros(done) == pytest.approx(0.85, abs=0.001)
    begun = work.extra["sparsity"][0][1]
    assert begun == pytest.approx(0.85 if when == "at-once" else 0.0, abs=0.001)


def test_fine_tuning_brings_back_what_pruning_at_once_has_lost(content: bytes, work: Work, learner: Learner) -> None:
    found = []
    for updates in (0, 600):
        step = Step.of("prune", {"sparsity": 0.9, "updates": updates, "when": "at-once"})
        found.append(right(APPLY["prune"](loaded_model(content), step, work), learner))
    assert found[1] > found[0]


def test_a_sparsity_that_is_moved_while_it_trains_is_the_one_that_comes_out(model: keras.Model, work: Work) -> None:
    work.live = lambda: {"sparsity": 0.6}
    done = APPLY["prune"](model, Step.of("prune", {"sparsity": 0.2, "updates": 200}), work)
    assert zeros(done) == pytest.approx(0.6, abs=0.001)


def test_training_with_pruning_begins_at_the_runs_own_start(model: keras.Model, work: Work, learner: Learner) -> None:
    done = APPLY["train_pruned"](model, Step.of("train_pruned", {"sparsity": 0.7, "updates": 900}), work)
    assert zeros(done) == pytest.approx(0.7, abs=0.001)
    planned = [share for _update, share in work.extra["sparsity"]]
    assert planned == sorted(planned)
    assert right(done, learner) > 0.8 * len(learner.split.y_val)


def test_units_that_are_removed_are_parameters_that_are_gone(model: keras.Model, work: Work, learner: Learner) -> None:
    total = model.count_params()
    done = APPLY["prune_units"](model, Step.of("prune_units", {"sparsity": 0.6, "updates": 300}), work)
    assert 0.35 * total < done.count_params() <= 0.4 * total
    assert right(done, learner) > 0.8 * len(learner.split.y_val)


def test_more_units_than_there_are_cannot_be_removed(work: Work) -> None:
    narrow = keras.Sequential([keras.Input((100,)), keras.layers.Dense(2), keras.layers.Dense(50)])
    step = Step.of("prune_units", {"sparsity": 0.9})
    with pytest.raises(ConfigError, match=r"At most .* of this model can be removed as whole units"):
        APPLY["prune_units"](narrow, step, work)
    with pytest.raises(ConfigError, match="No unit of this model can be removed"):
        APPLY["prune_units"](keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), step, work)


def test_a_student_has_the_size_that_was_asked_for_and_learns(model: keras.Model, work: Work, learner: Learner) -> None:
    done = APPLY["distill"](model, Step.of("distill", {"size": 1500, "updates": 800}), work)
    assert done.count_params() == pytest.approx(1500, rel=0.1)
    assert right(done, learner) > 0.8 * len(learner.split.y_val)


def test_a_student_of_another_family_must_be_able_to_read_the_data(model: keras.Model, work: Work) -> None:
    student = APPLY["distill"](model, Step.of("distill", {"family": "cnn", "size": 1500, "updates": 0}), work)
    assert student.name == "cnn"
    with pytest.raises(ConfigError, match="A Transformer decoder cannot read these data"):
        APPLY["distill"](model, Step.of("distill", {"family": "decoder"}), work)


def test_a_class_that_is_left_out_is_in_no_lesson(model: keras.Model, work: Work, learner: Learner) -> None:
    done = APPLY["distill"](model, Step.of("distill", {"size": 1500, "updates": 300, "mix": 0, "unseen": "3"}), work)
    assert not np.any(done.predict(learner.split.x_val, verbose=0).argmax(-1) == 3)
    with pytest.raises(ConfigError, match="There is no class 12 to leave out"):
        APPLY["distill"](model, Step.of("distill", {"unseen": "12"}), work)


def test_a_student_of_smaller_pictures_reads_the_means_of_their_squares(model: keras.Model, work: Work) -> None:
    full = work.split.x_val
    with pytest.raises(ConfigError, match="too small to be made 4 times smaller"):
        APPLY["distill"](model, Step.of("distill", {"shrink": "4"}), work)
    done = APPLY["distill"](model, Step.of("distill", {"size": 1500, "updates": 100, "shrink": "2"}), work)
    assert done.input_shape == (None, 4, 4, 1)
    means = [[full[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, 0].mean((1, 2)) for j in range(4)] for i in range(4)]
    np.testing.assert_allclose(work.split.x_val[..., 0], np.moveaxis(np.array(means), -1, 0), atol=1e-6)
    assert len(work.split.x_train) > 0


def test_coarser_inputs_leave_the_model_as_it_was(model: keras.Model, work: Work) -> None:
    before = model.get_weights()
    done = APPLY["inputs"](model, Step.of("inputs", {"bits": 2}), work)
    assert all(map(np.array_equal, done.get_weights(), before))
    assert len(np.unique(work.split.x_val)) <= 4


def test_a_layers_sensitivity_is_what_it_loses_alone_and_the_model_stays(model: keras.Model, learner: Learner) -> None:
    before = model.get_weights()
    found = sensitivity(model, lambda: right(model, learner))
    assert all(map(np.array_equal, model.get_weights(), before))
    variable = prunable(model)[0]
    value = variable.numpy()
    threshold = np.quantile(np.abs(value), LEVELS[3])
    variable.assign(np.where(np.abs(value) > threshold, value, 0))
    assert abs(found[variable.path][3] - right(model, learner)) <= 1  # a weight at the threshold


def test_the_search_gives_back_the_layer_that_loses_most_until_enough_is_right() -> None:
    """With answers that only the first layer's zeros cost, it alone is given back."""
    layers = [keras.layers.Dense(20, name="needed"), keras.layers.Dense(10, name="spare")]
    model = keras.Sequential([keras.Input((10,)), *layers])
    kernel = model.get_layer("needed").kernel

    def count() -> int:
        return round(100 * np.count_nonzero(kernel.numpy()) / kernel.numpy().size)

    found = smallest(model, count, needed=45, tune=lambda: None)
    shares = {path.split("/")[-2]: share for path, share in found.shares.items()}
    assert shares == {"needed": 0.5, "spare": 0.95}
    assert found.right == 50
    assert found.rounds == 5  # 0.95, 0.9, 0.8, 0.7, 0.5


def test_a_search_prunes_without_losing_more_than_it_may(model: keras.Model, work: Work, learner: Learner) -> None:
    before = right(model, learner)
    done = APPLY["prune_to"](model, Step.of("prune_to", {"points": 2, "updates": 150}), work)
    assert zeros(done) > 0.4
    assert right(done, learner) > before - 0.06 * len(learner.split.y_val)
