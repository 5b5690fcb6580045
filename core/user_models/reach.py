"""Words on targets that a model cannot reach as they are: by their scale, or at a learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.language import _
from core.number_format import rounded
from core.number_text import percent
from core.training.batches import updates_per_epoch

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

BY_STEPS = ("adam", "adamw", "rmsprop", "lion")  # whose updates move a weight by about the learning rate, at most
FAR = 3.0  # standard deviations from zero: nearer targets are reached by the other weights, too
TOO_FAR = 100.0  # times the way of one weight: the others do not make up for that
LARGE, SMALL = 100.0, 0.01  # root mean squares of targets; a new model answers about 1
FEW = 0.01  # of the examples
MOSTLY = 0.5  # of the variance, if it is due to so few


def reach_note(config: TrainingConfig, n_examples: int, mean: float, spread: float) -> str | None:
    """A sentence if a bias moves less in the whole run than the targets' `mean` is from zero; None if not.

    An update of Adam and its kin moves a weight by about the learning rate, so that a run can move it by the rate times
    the number of updates.
    """
    updates = config.epochs * updates_per_epoch(max(round(n_examples * config.train_share), 1), config.batch_size)
    reach = config.learning_rate * updates
    if config.optimizer not in BY_STEPS or mean <= reach or mean < min(FAR * spread, TOO_FAR * reach):
        return None
    return _(
        "The mean of y is {mean}, and at this learning rate a weight moves by at most about {reach} in the run: raise "
        "the rate, or pass scale_targets=True.",
        mean=rounded(mean),
        reach=rounded(reach),
    )


def scale_hint(y: np.ndarray, is_scaled: bool) -> str:
    """A sentence on the targets `y`, (n,) or (n, 1), that may be why a model is no better than none; "" if none is due.

    They are all equal, or their variance is that of a few of them, or they are of another scale than a new model's
    answers.
    `is_scaled` says that they are standardized for training.
    """
    values = np.asarray(y, np.float64).ravel()
    if np.ptp(values) == 0:
        return _("All values of y are equal, {value}: there is nothing to learn from x.", value=rounded(values[0]))
    size = float(np.sqrt(np.mean(values**2)))
    skewed = _skew_hint(values)
    if skewed:
        return skewed
    if not is_scaled and (size > LARGE or size < SMALL):
        return _(
            "The values of y are about {size} (root mean square), while a new model answers about 1 and usual learning "
            "rates suit that scale: pass scale_targets=True to train on standardized y.",
            size=rounded(size),
        )
    return ""


def _skew_hint(values: np.ndarray) -> str:
    squares = np.sort((values - values.mean()) ** 2)
    few = int(FEW * len(values))
    share = float(squares[len(values) - few :].sum() / squares.sum())
    if not few or share < MOSTLY:
        return ""
    return _(
        "One example in a hundred makes {share} of the variance of y, so the squared error is nearly theirs alone: "
        "where y is positive, its logarithm is easier to learn.",
        share=percent(share, 0),
    )
