"""Training that goes on after a change of the model, in the page's own compiled loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.optimizers.registry import OPTIMIZERS
from core.pruning.schedule import UPDATES_BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np

    from core.learning.model_objective import ModelObjective
    from core.training.trainer import Trainer

    OnUpdates = Callable[[int], None]

RATE, BATCH, SEED = 1e-3, 32, 0


class FineTuningFailed(ArithmeticError):
    """A loss that is not finite."""


def objective_of(model: keras.Model, x: np.ndarray, y: np.ndarray, loss: Any = None) -> ModelObjective:
    """The objective of `model`: by default the cross-entropy of classes for logits, or squares of a quantity."""
    import keras

    from core.learning.model_objective import ModelObjective

    if loss is None:
        is_class = y.dtype.kind in "iu"
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if is_class else "mse"
    return ModelObjective(model, x, y, loss=loss)


def fine_tune(objective: ModelObjective, updates: int, on_updates: OnUpdates = lambda _done: None) -> None:
    """Makes `updates` of Adam with batches of 32; the weights are those of the objective's model.

    Args:
        objective: What is minimised; masks of its variables hold.
        updates: How many; nothing is compiled for none.
        on_updates: Called before the first one and every `UPDATES_BETWEEN` with how many were made.

    Raises:
        FineTuningFailed: The loss is no longer finite.
    """
    on_updates(0)
    if updates > 0:
        train(adam(objective), updates, on_updates)


def adam(objective: ModelObjective, rate: float = RATE) -> Trainer:
    """A trainer with Adam and batches of 32."""
    from core.training.trainer import Trainer

    rule = OPTIMIZERS["adam"]
    settings: dict[str, Any] = {setting.name: setting.default for setting in rule.hyperparameters}
    return Trainer(objective, rule.build({**settings, "learning_rate": rate}), BATCH, seed=SEED)


def train(trainer: Trainer, updates: int, on_updates: OnUpdates) -> None:
    """Makes `updates` with `trainer`, in calls of `UPDATES_BETWEEN`; see `fine_tune`."""
    done = 0
    while done < updates:
        count = min(UPDATES_BETWEEN, updates - done)
        trainer.advance(count)
        if trainer.diverged:
            raise FineTuningFailed
        done += count
        on_updates(done)
