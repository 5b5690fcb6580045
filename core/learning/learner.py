"""A model and its data, ready to be trained: what a run's worker builds from a setup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.learning.memory import check_memory
from core.optimizers.registry import OPTIMIZERS

if TYPE_CHECKING:
    import keras

    from core.datasets.baselines import Baseline
    from core.datasets.download import Progress
    from core.datasets.split import Split
    from core.learning.model_objective import ModelObjective
    from core.learning.setup import ModelSetup
    from core.models.card import ModelCard


@dataclass(frozen=True)
class Learner:
    """A model with its training and validation data, what it has to beat, and what it costs.

    `compiled_metrics` are those that a person compiled, as Keras holds them; None where there are none.
    """

    setup: ModelSetup
    split: Split
    baselines: tuple[Baseline, ...]
    objective: ModelObjective
    card: ModelCard
    compiled_metrics: Any = None


def build_learner(setup: ModelSetup, progress: Progress | None = None) -> Learner:
    """The learner of `setup`; the same seed gives the same weights and the same split.

    Imports TensorFlow. `progress` is called with 0 to 1 while data are downloaded. Raises ConfigError where
    data cannot be had and where training would need more memory than there is.
    """
    import keras

    from core.learning.model_objective import ModelObjective
    from core.models.card import ModelCard

    config = setup.config
    check_memory(setup, len(OPTIMIZERS[config.optimizer].slots))
    split = setup.dataset.load(
        config.examples, config.data_noise, config.train_share, config.seed, progress, config.train_examples
    )
    keras.utils.set_random_seed(config.seed)
    model = setup.family.build(setup.spec)
    objective = ModelObjective(model, split.x_train, split.y_train, loss=_loss(setup))
    return Learner(setup, split, setup.dataset.judge_baselines(split), objective, ModelCard.of(model))


def _loss(setup: ModelSetup) -> keras.losses.Loss:
    import keras

    if setup.spec.outputs == 1:
        return keras.losses.MeanSquaredError()
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
