"""A person's own models as subjects: functional, subclassed, and with a layer that Keras does not know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.artifacts.artifact import Artifact
from core.artifacts.change import steps_of
from core.compression.making import Workbench
from core.compression.servable import export_artifact
from core.compression.subject import NOT_COPIED, SEVERAL, Subject, check_own
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.formats.export_process import OWN_LAYERS
from core.formats.exporting import export_model
from core.formats.trained_model import TrainedModel
from core.pruning.masks import prunable
from core.training.build import build_trainer
from core.user_models.making import user_model_of
from core.user_models.packed_model import PackedModel
from widgets.scenes.present_run import PresentRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.learning.learner import Learner

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights
RNG = np.random.default_rng(4)
CLASS = RNG.integers(0, 3, 400)
X = (RNG.normal(size=(3, 6)) * 2)[CLASS] + RNG.normal(size=(400, 6))  # float64, as people have them
CONFIG = TrainingConfig(problem="csv", family="mlp", optimizer="adam", learning_rate=0.01, batch_size=32, epochs=10)


class Turned(keras.layers.Layer):
    """A layer of one's own, with a weight that Keras has no name for."""

    def build(self, shape: Any) -> None:
        self.turn = self.add_weight(shape=(shape[-1],), initializer="ones", name="turn")

    def call(self, x: Any) -> Any:
        return keras.ops.tanh(x * self.turn)


class Net(keras.Model):
    """A subclassed model."""

    def __init__(self, units: int = 24, **settings: Any) -> None:
        super().__init__(**settings)
        self.units = units
        self.hidden, self.out = keras.layers.Dense(units, "relu", name="hidden"), keras.layers.Dense(3, name="out")

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))

    def get_config(self) -> dict[str, Any]:
        return {"units": self.units}


def functional() -> tuple[keras.Model, Any, Any]:
    inputs = keras.Input((6,))
    x = keras.layers.Dense(24, "relu", name="first")(inputs)
    x = keras.layers.Dense(24, "relu", name="second")(x)
    return (
        keras.Model(inputs, keras.layers.Dense(3, "softmax", name="last")(x)),
        "sparse_categorical_crossentropy",
        CLASS,
    )


def subclassed() -> tuple[keras.Model, Any, Any]:
    return Net(), keras.losses.CategoricalCrossentropy(from_logits=True), np.eye(3)[CLASS]


def with_own_layer() -> tuple[keras.Model, Any, Any]:
    layers = [keras.Input((6,)), keras.layers.Dense(24, name="first"), Turned(), keras.layers.Dense(1, "sigmoid")]
    return keras.Sequential(layers), "binary_crossentropy", (CLASS == 1).astype(int)


def of_a_quantity() -> tuple[keras.Model, Any, Any]:
    layers = [keras.Input((6,)), keras.layers.Dense(24, "relu", name="first"), keras.layers.Dense(1)]
    return keras.Sequential(layers), "mae", X[:, 0] * X[:, 1]


MADE = {each.__name__: each for each in (functional, subclassed, with_own_layer, of_a_quantity)}


@dataclass
class Trained:
    """A trained model of one's own, and the subject that it is."""

    learner: Learner
    subject: Subject
    bench: Workbench

    def answers(self, x: np.ndarray) -> np.ndarray:
        """Keras' own call, read by hand."""
        outputs = self.learner.objective.model.predict(x, verbose=0)
        if self.subject.is_quantity:
            return outputs[:, 0]
        return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs[:, 0] > 0.5).astype(int)

    def made(self, folder: Path, *steps: tuple[str, dict[str, Any]]) -> Artifact:
        return self.bench.make(Artifact(1, steps_of(steps), ""), folder, lambda _share, _doing: None)


def trained(make: Callable[[], tuple[keras.Model, Any, Any]]) -> Trained:
    keras.utils.set_random_seed(3)
    model, loss, y = make()
    packed = PackedModel.of(user_model_of(model, (X, y), loss))
    assert packed is not None
    own = packed.unpack()
    learner = own.learner(own.setup(CONFIG))
    build_trainer(CONFIG, learner.objective).advance(150)
    subject = Subject("yours", keras_file(learner.objective.model), CONFIG, own.dataset, packed)
    return Trained(learner, subject, Workbench(subject))


@pytest.fixture(scope="module")
def all_trained() -> dict[str, Trained]:
    return {name: trained(make) for name, make in MADE.items()}


@pytest.fixture(params=list(MADE))
def each(request: pytest.FixtureRequest, all_trained: dict[str, Trained]) -> Trained:
    return all_trained[request.param]


def test_the_file_answers_as_keras_own_call_does(each: Trained, tmp_path: Path) -> None:
    measured = each.made(tmp_path).measured
    assert measured is not None
    split = each.learner.split
    expected = each.answers(np.asarray(split.x_val))
    np.testing.assert_allclose(measured.answers, expected, atol=1e-5)
    y = np.asarray(split.y_val)
    truths = y.argmax(-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1)
    np.testing.assert_allclose(measured.truths, truths, atol=1e-6)
    assert measured.changed_layers == ()
    assert measured.classes == (0 if each.subject.is_quantity else len(np.unique(truths)))
    if not each.subject.is_quantity:
        assert measured.accuracy.value > 0.8  # it has learned


@pytest.mark.parametrize("scheme", ["int8", "float16", "onnx-int8-static", "onnx-int4", "onnx-float16"])
def test_it_is_quantized_and_the_layers_are_named(each: Trained, scheme: str, tmp_path: Path) -> None:
    measured = each.made(tmp_path, ("quantize", {"scheme": scheme})).measured
    assert measured is not None
    assert measured.changed_layers
    exact = each.answers(np.asarray(each.learner.split.x_val))
    if each.subject.is_quantity:
        assert np.abs(measured.answers - exact).mean() < 0.2 * exact.std()
    else:
        assert (measured.answers == exact).mean() > 0.9


def test_it_is_pruned_and_tuned_by_its_own_loss(each: Trained, tmp_path: Path) -> None:
    steps = ("prune", {"sparsity": 0.5, "updates": 60})
    made = each.made(tmp_path, steps)
    assert made.measured is not None
    assert made.measured.sizes.non_zeros < 0.75 * made.measured.sizes.parameters
    before = each.made(tmp_path).measured
    assert before is not None
    assert made.measured.quality.value > before.quality.value - 0.15


def test_it_is_trained_anew_and_pruned_on_the_way(each: Trained, tmp_path: Path) -> None:
    made = each.made(tmp_path, ("train_pruned", {"sparsity": 0.5, "updates": 150})).measured
    before = each.made(tmp_path).measured
    assert made is not None
    assert before is not None
    assert made.sizes.non_zeros < 0.75 * made.sizes.parameters
    assert made.quality.value > before.quality.value - 0.2


def test_a_student_of_the_pages_own_families_learns_from_it(each: Trained, tmp_path: Path) -> None:
    made = each.made(tmp_path, ("distill", {"family": "mlp", "size": 400, "updates": 400}), ("quantize", {})).measured
    before = each.made(tmp_path).measured
    assert made is not None
    assert before is not None
    assert made.quality.value > before.quality.value - 0.15
    assert made.sizes.parameters < 700
    np.testing.assert_array_equal(made.truths, before.truths)


def test_a_smaller_one_of_its_own_kind_is_not_known(each: Trained, tmp_path: Path) -> None:
    for step in (("race", {"pairs": 1, "updates": 1}), ("distill", {"family": "same", "updates": 1})):
        with pytest.raises(ConfigError, match="A smaller model of your own kind is not known"):
            each.made(tmp_path, step)


@pytest.mark.parametrize(("name", "fits"), [("functional", True), ("subclassed", False), ("with_own_layer", True)])
def test_a_change_of_the_structure_is_made_or_refused_in_a_sentence(
    all_trained: dict[str, Trained], name: str, fits: bool, tmp_path: Path
) -> None:
    step = ("low_rank", {"rank": 2, "updates": 30})
    if fits:
        made = all_trained[name].made(tmp_path, step).measured
        assert made is not None
        assert made.sizes.parameters < all_trained[name].bench.model.count_params()
        return
    with pytest.raises(ConfigError, match=r"no dense layer|built as yours"):
        all_trained[name].made(tmp_path, step)


def test_weights_of_a_subclassed_model_may_be_pruned(all_trained: dict[str, Trained]) -> None:
    assert len(prunable(all_trained["subclassed"].bench.model)) == 2


def test_an_artifact_is_served_by_the_file_that_was_measured(each: Trained, tmp_path: Path) -> None:
    source, target = tmp_path / "made", tmp_path / "served"
    source.mkdir()
    target.mkdir()
    made = replace(each.made(source, ("quantize", {"scheme": "onnx"})), number=7)
    exported, model = export_artifact(made, each.subject, target)
    assert exported.certificate.passed
    assert exported.certificate.equal_answers == 1
    assert model.rows.dtype == np.float32


@pytest.mark.parametrize("format", ["onnx", "litert", "tf_saved_model"])
def test_the_model_itself_is_exported_in_every_format_that_holds_operations(
    each: Trained, format: str, tmp_path: Path
) -> None:
    found = TrainedModel.of(each.learner, each.subject.model_file)
    assert found is not None
    assert each.subject.own is not None
    assert export_model(replace(found, code=each.subject.own.code), format, tmp_path).certificate.passed


def test_it_is_called_by_its_own_name(each: Trained) -> None:
    found = TrainedModel.of(each.learner, each.subject.model_file)
    assert found is not None
    assert found.name == each.learner.objective.model.name


def test_a_model_of_two_inputs_is_said_to_fit_no_format() -> None:
    first, second = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([first, second], keras.layers.Dense(1)(first + second))
    own = user_model_of(model, ([X[:, :3], X[:, 3:]], X[:, 0]), "mse")
    nothing: Any = SimpleNamespace(own=None, trained_model=lambda: None)
    with pytest.raises(ConfigError, match="Only a model of one input and one output is exported"):
        PresentRun(nothing, nothing, nothing, own, lambda: None).trained_model()


def test_a_keras_file_needs_the_code_of_ones_own_layers(all_trained: dict[str, Trained], tmp_path: Path) -> None:
    one = all_trained["with_own_layer"]
    found = TrainedModel.of(one.learner, one.subject.model_file)
    assert found is not None
    assert one.subject.own is not None
    with pytest.raises(ConfigError, match=str(OWN_LAYERS)):
        export_model(replace(found, code=one.subject.own.code), "keras", tmp_path)


def test_what_cannot_be_held_is_refused_in_a_sentence(all_trained: dict[str, Trained]) -> None:
    plain = all_trained["functional"].subject
    assert plain.table is not None
    check_own(plain.own, plain.table)
    with pytest.raises(ConfigError, match=str(NOT_COPIED)):
        check_own(None, plain.table)
    two = [keras.Input((6,)), keras.Input((6,))]
    model = keras.Model(two, keras.layers.Dense(3)(keras.layers.concatenate(two)))
    several = PackedModel.of(user_model_of(model, ([X, X], CLASS), keras.losses.SparseCategoricalCrossentropy(True)))
    assert several is not None
    with pytest.raises(ConfigError, match=str(SEVERAL)):
        check_own(several, replace(plain.table, task="classification"))
    labels = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, "sigmoid")])
    own = user_model_of(labels, (X, (RNG.random((400, 4)) > 0.5).astype(int)), "binary_crossentropy")
    packed = PackedModel.of(own)
    with pytest.raises(ConfigError, match=str(SEVERAL)):
        check_own(packed, own.dataset)
