"""Overfitting: a validation loss that has been rising for long, while the training loss fell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.findings.results import Evaluations

WORSE = 1.2  # of the lowest validation loss; noise from one evaluation to the next is smaller
FEWEST = 8  # evaluations since the lowest
LEAST_EPOCHS, LEAST_PART = 10, 1 / 3  # since the lowest: epochs, or a part of a run that is shorter
RISING = 0.5  # Kendall's tau: three in four pairs of evaluations rise
MOST_COMPARED = 60  # evaluations; their pairs grow as the square


def best_step(found: Evaluations, steps_per_epoch: int, total_steps: int) -> int | None:
    """Return the step at which validation was best, if the model has overfitted since; None if it has not.

    The validation loss has a trend upwards (Mann, Nonparametric tests against trend, 1945), over at least ten epochs
    or a third of the run, and its last third is 1.2 times the lowest; the training loss is lower than it was then.
    """
    if not np.isfinite(found.val_loss).any():
        return None
    best = int(np.nanargmin(found.val_loss))
    since, training = found.val_loss[best + 1 :], found.train_loss[best + 1 :]
    span = found.step[-1] - found.step[best]
    if len(since) < FEWEST or span < min(LEAST_EPOCHS * steps_per_epoch, LEAST_PART * total_steps):
        return None
    end = slice(-(len(since) // 3), None)
    is_worse = np.median(since[end]) > WORSE * found.val_loss[best]
    learns_on = np.median(training[end]) < found.train_loss[best]
    rises = is_worse and learns_on and kendall_tau(since) >= RISING
    return int(found.step[best]) if rises else None


def kendall_tau(values: np.ndarray) -> float:
    """Return the share of pairs of `values` (n,), n > 1, that rise less the share of those that fall.

    >>> kendall_tau(np.array([1.0, 2.0, 4.0, 3.0]))
    0.6666666666666666
    """
    chosen = values[np.unique(np.linspace(0, len(values) - 1, MOST_COMPARED).round().astype(int))]
    first, second = np.triu_indices(len(chosen), k=1)
    return float(np.mean(np.sign(chosen[second] - chosen[first])))
