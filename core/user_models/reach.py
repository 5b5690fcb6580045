"""Whether a run's learning rate can bring a model's answers to where its targets are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _
from core.number_format import rounded
from core.training.batches import updates_per_epoch

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

BY_STEPS = ("adam", "adamw", "rmsprop", "lion")  # whose updates move a weight by about the learning rate, at most
FAR = 3.0  # standard deviations from zero: nearer targets are reached by the other weights, too


def reach_note(config: TrainingConfig, n_examples: int, mean: float, spread: float) -> str | None:
    """A sentence if a bias moves less in the whole run than the targets' `mean` is from zero; None if not.

    An update of Adam and its kin moves a weight by about the learning rate, so that a run can move it by the rate times
    the number of updates.
    """
    updates = config.epochs * updates_per_epoch(max(round(n_examples * config.train_share), 1), config.batch_size)
    reach = config.learning_rate * updates
    if config.optimizer not in BY_STEPS or mean <= reach or mean < FAR * spread:
        return None
    return _(
        "The mean of y is {mean}, and at this learning rate a weight moves by at most about {reach} in the run: raise "
        "the rate, or pass scale_targets=True.",
        mean=rounded(mean),
        reach=rounded(reach),
    )
