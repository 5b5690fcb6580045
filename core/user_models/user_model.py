"""A user's own Keras model and arrays, from a notebook or a script, ready to be trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.datasets.dataset import Dataset, Kind
from core.datasets.split import Examples, Split
from core.field import ConfigError
from core.language import N_, _
from core.learning.learner import Learner
from core.learning.setup import ModelSetup
from core.models.family import ModelFamily
from core.models.spec import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras

    from core.config.training_config import TrainingConfig
    from core.learning.model_objective import ModelObjective

KINDS: dict[int, Kind] = {1: "table", 2: "sequence", 3: "image"}  # by the axes of an example


@dataclass(frozen=True)
class UserModel:
    """A Keras model with examples x (n, ...) and targets y: int classes (n,), or quantities (n,) or (n, 1).

    They are used as they are, unscaled; a share of them, drawn by the config's seed, is held out. `loss` is
    a Keras loss or its name, by default cross-entropy of logits for classes and the mean squared error for
    quantities. The model starts each run from the weights, statistics and random seeds it has now, `state`.
    """

    model: keras.Model
    x: np.ndarray
    y: np.ndarray
    loss: str | Callable[..., Any] | None = None
    state: list[np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        """Raises ConfigError for arrays that do not fit together or have no form that is known."""
        if len(self.x) != len(self.y) or len(self.x) < 4:
            raise ConfigError(
                _(
                    "At least 4 inputs and as many targets are needed; they are {inputs}, {targets}.",
                    inputs=len(self.x),
                    targets=len(self.y),
                )
            )
        if self.x.ndim - 1 not in KINDS or self.y.size != len(self.y):
            raise ConfigError(_("Inputs must be vectors, sequences or images, and there must be one target for each."))
        if not self.model.built:
            self.model(self.x[:1])
        object.__setattr__(self, "state", [variable.numpy() for variable in variables(self.model)])

    @property
    def classifies(self) -> bool:
        """True if the targets are classes: whole numbers."""
        return bool(np.issubdtype(self.y.dtype, np.integer))

    def setup(self, config: TrainingConfig) -> ModelSetup:
        """The setup that says what this is; the config's family and size mean nothing here."""
        classes = tuple(str(number) for number in range(int(self.y.max()) + 1)) if self.classifies else ()
        dataset = Dataset(
            name="own",
            label=N_("your data"),
            task="classification" if classes else "regression",
            kind=KINDS[self.x.ndim - 1],
            make=lambda: Examples(self.x, self.y),
            input_shape=self.x.shape[1:],
            target=N_("target"),
            source=N_("your own arrays"),
            licence=N_("yours"),
            classes=classes,
            examples=len(self.x),
        )
        count = self.model.count_params()
        family = ModelFamily(
            label=self.model.name,
            source="yours",
            kinds=(dataset.kind,),
            count=lambda spec: count,
            build=lambda spec: self.model,
        )
        return ModelSetup(config, dataset, family, ModelSpec(self.x.shape[1:], len(classes) or 1))

    def learner(self, setup: ModelSetup) -> Learner:
        """The model, back at the weights it came with, and its data, split."""
        from core.models.card import ModelCard

        restore(self.model, self.state)
        split = self._split(setup)
        objective = self.objective(split.x_train, split.y_train)
        return Learner(setup, split, setup.dataset.judge_baselines(split), objective, ModelCard.of(self.model))

    def objective(self, x: np.ndarray, y: np.ndarray) -> ModelObjective:
        """The loss of the model as it is now on the examples `x` with targets `y`."""
        import keras

        from core.learning.model_objective import ModelObjective

        loss = self.loss or (
            keras.losses.SparseCategoricalCrossentropy(from_logits=True) if self.classifies else "mean_squared_error"
        )
        return ModelObjective(self.model, x, self._targets(y), loss=loss)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """Classes (n,) as int32, quantities as a column."""
        return y.reshape(-1).astype(np.int32) if self.classifies else y.reshape(-1, 1)

    def _split(self, setup: ModelSetup) -> Split:
        rows = np.random.default_rng(setup.config.seed).permutation(len(self.x))
        count = min(max(round(len(rows) * setup.config.train_share), 2), len(rows) - 2)
        train, held = rows[:count], rows[count:]
        y = self._targets(self.y)
        return Split(self.x[train], y[train], self.x[held], y[held], classes=setup.dataset.classes)


def variables(model: keras.Model) -> list[keras.Variable]:
    """Weights, statistics and random seeds; a compiled model's metrics are no part of it."""
    of_metrics = {id(variable) for variable in model.metrics_variables}
    return [variable for variable in model.variables if id(variable) not in of_metrics]


def restore(model: keras.Model, state: Sequence[np.ndarray]) -> None:
    """Gives the variables of `model` the values of `state`."""
    for variable, value in zip(variables(model), state, strict=True):
        variable.assign(value)
