"""A user's own Keras model and data, from a notebook or a script, ready to be trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_tree import ArrayTree, leaves, mapped
from core.datasets.dataset import Dataset, Kind, Task
from core.datasets.split import Examples
from core.language import N_
from core.learning.learner import Learner
from core.learning.setup import ModelSetup
from core.models.family import ModelFamily
from core.models.spec import ModelSpec
from core.user_data.user_data import UserData, class_weights
from core.user_models.reach import reach_note, scale_hint
from core.user_models.user_baselines import baselines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.split import Split
    from core.learning.judgement import Judgement
    from core.learning.model_objective import ModelObjective
    from core.user_models.compiled import Compiled

KINDS: dict[int, Kind] = {2: "sequence", 3: "image"}  # by the axes of an example; all others are tables
MOST_CHANNELS = 4  # of what is shown as an image


@dataclass(frozen=True)
class UserModel:
    """A Keras model with its data and what its owner said of both; `user_model_of` makes and checks one.

    The model starts each run from the weights, statistics and random seeds it has now, `state`.

    Attributes:
        model: The model, built.
        data: Its examples.
        compiled: The loss, one or several, and the metrics that were compiled.
        judgement: How its answers are read, and what is shown beside the loss.
        classes: The names of the classes; () for everything else.
        output_shape: The shape of one answer.
        class_weight: What the examples of a class count, by its name.
        notes: Sentences on how the data were taken.
        state: The values of all variables.
    """

    model: keras.Model
    data: UserData
    compiled: Compiled
    judgement: Judgement
    classes: tuple[str, ...] = ()
    output_shape: tuple[int, ...] = ()
    class_weight: Mapping[Any, float] | None = None
    notes: tuple[str, ...] = ()
    state: Sequence[np.ndarray] = field(default=())

    @property
    def task(self) -> Task:
        """The task as charts know it: "other" where an answer is more than one class or one quantity."""
        y = self.data.y
        answers = self.judgement.answers
        if isinstance(y, ArrayTree) or (y.size != len(y) and answers.kind != "one-hot"):
            return "other"
        if answers.classifies:
            return "classification"
        return "regression" if answers.kind == "quantity" else "other"

    def setup(self, config: TrainingConfig) -> ModelSetup:
        """The setup that says what this is; the config's family and size mean nothing here."""
        count, dataset = self.model.count_params(), self.dataset
        family = ModelFamily(
            label=self.model.name,
            source="yours",
            kinds=(dataset.kind,),
            count=lambda spec: count,
            build=lambda spec: self.model,
        )
        spec = ModelSpec(dataset.input_shape, len(self.classes) or 1)
        notes, hint = self._notes(config), self._hint()
        return ModelSetup(config, dataset, family, spec, self.judgement, notes, hint)

    @property
    def dataset(self) -> Dataset:
        """What the page needs to know of the data, which are not in it."""
        shape = () if isinstance(self.data.x, ArrayTree) else self.data.x.shape[1:]
        return Dataset(
            name="own",
            label=N_("your data"),
            task=self.task,
            kind=_kind(shape),
            make=_no_examples,
            input_shape=shape,
            target=N_("target"),
            source=N_("your own arrays"),
            licence=N_("yours"),
            classes=self.classes,
            examples=len(self.data.x),
        )

    def _notes(self, config: TrainingConfig) -> tuple[str, ...]:
        """How the data were taken, and whether the learning rate can move the answers to where y is."""
        y = self.data.y
        if self.task != "regression" or self.data.scales_targets or isinstance(y, ArrayTree):
            return self.notes
        far = reach_note(config, len(y), float(np.abs(y.mean(dtype=np.float64))), float(y.std(dtype=np.float64)))
        return self.notes if far is None else (*self.notes, far)

    def _hint(self) -> str:
        """A sentence for where the model is no better than none; "" where the targets give no reason."""
        y = self.data.y
        if self.task != "regression" or isinstance(y, ArrayTree):
            return ""
        return scale_hint(y, self.data.scales_targets)

    def learner(self, setup: ModelSetup) -> Learner:
        """The model, back at the weights it came with, and its data, split."""
        from core.models.card import ModelCard

        restore(self.model, self.state)
        split = self.split(setup.config)
        objective = self.objective(split.x_train, split.y_train, self.weights(split))
        metrics = self.compiled.metrics_of(self.model)
        baselines = baselines_of(objective, split, self.judgement, self.output_shape, metrics)
        return Learner(setup, split, baselines, objective, ModelCard.of(self.model), metrics)

    def split(self, config: TrainingConfig) -> Split:
        """The examples as a run of these settings sees them."""
        return self.data.split(config, self.judgement.answers, self.classes)

    def objective(self, x: Any, y: Any, weights: np.ndarray | None = None) -> ModelObjective:
        """The loss of the model as it is now on the examples `x` with targets `y`."""
        return self.objective_of(self.model, x, y, weights)

    def objective_of(self, model: keras.Model, x: Any, y: Any, weights: np.ndarray | None = None) -> ModelObjective:
        """The same of another model that answers as this one does, such as a smaller form of it."""
        from core.learning.model_objective import ModelObjective

        compiled = self.compiled
        return ModelObjective(
            model, x, y, compiled.loss, compiled.loss_weights, weights, scales_loss=compiled.scales_loss
        )

    def weights(self, split: Split) -> np.ndarray | None:
        """What each training example counts in the loss, by itself and by its class."""
        if self.class_weight is None:
            return split.w_train
        y = np.asarray(split.y_train)
        of_class = class_weights(y, self.judgement.answers, self.class_weight, self.classes)
        return of_class if split.w_train is None else of_class * split.w_train

    def few(self, count: int) -> tuple[Any, Any]:
        """The first `count` examples, (x, y)."""
        return self.data.x[:count], self.data.y[:count]


def _no_examples() -> Examples:
    """In the place of a data set's own: those of a person's are in `UserData`."""
    return Examples(np.empty(0), np.empty(0))


def _kind(shape: tuple[int, ...]) -> Kind:
    kind = KINDS.get(len(shape), "table")
    if kind == "image" and min(shape[0], shape[-1]) > MOST_CHANNELS:
        return "table"
    return kind


def variables(model: keras.Model) -> list[keras.Variable]:
    """Weights, statistics and random seeds; a compiled model's metrics are no part of it."""
    of_metrics = {id(variable) for variable in model.metrics_variables}
    return [variable for variable in model.variables if id(variable) not in of_metrics]


def values_of(model: keras.Model) -> list[np.ndarray]:
    """What those variables are now."""
    return [variable.numpy() for variable in variables(model)]


def restore(model: keras.Model, state: Sequence[np.ndarray]) -> None:
    """Gives the variables of `model` the values of `state`."""
    for variable, value in zip(variables(model), state, strict=True):
        variable.assign(value)


def answers_for(model: keras.Model, x: Any) -> list[np.ndarray]:
    """The outputs of `model` for a few examples `x`, at inference; nothing is assigned."""
    import keras
    import tensorflow as tf

    inputs = mapped(tf.constant, x)
    outputs = model(inputs, training=False) if model._call_has_training_arg else model(inputs)
    return [keras.ops.convert_to_numpy(each) for each in leaves(outputs)]
