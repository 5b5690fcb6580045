"""Pruning while a model trains: its settings, and the share of the weights that are zero after each update.

>>> [round(float(planned_sparsity(t, 4000, 0.8)), 3) for t in (0, 1500, 3000, 4000)]
[0.0, 0.7, 0.8, 0.8]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.field import Field
from core.language import N_, pgettext

MATRICES = ("kernel", "recurrent_kernel", "embeddings")  # names of weights that may be pruned; no bias, no scale
SHARE_TO_RECOVER = 0.25  # of a training, which follows the last new zeros
CHOICES = 16  # of the zeros in a run; each takes as long as two updates of a small MLP
MOST_BETWEEN = 100  # updates between two choices, as in the paper
ROUNDING = 1e-6  # of a count: 0.3 times 10 is a little less than 3
SPREAD = 2654435761  # an odd number; i SPREAD mod 2^31 puts numbers in an order that is no order of layers
NONE, GRADUAL = "none", "gradual"

PRUNING = Field("pruning", N_("Pruning"), NONE, "choice",
    options=((pgettext("pruning", "None"), NONE), (pgettext("pruning", "Gradually"), GRADUAL)),
    help=N_("Whether the smallest weights are set to zero along the cubic schedule while the model trains."),
    advice=N_("Let four of five weights go and compare the validation loss: many nets do not miss them."))  # fmt: skip
SPARSITY = Field("sparsity", N_("Sparsity"), 0.8, "float", 0, 0.99, live=True,
    help=N_("The share of the weights that are zero from three quarters of the run on."),
    advice=N_("Drag it up while the run plays, until the loss cannot recover."))  # fmt: skip


def planned_sparsity(step: Any, total: Any, final: Any, xp: Any = np) -> Any:
    """The share of the weights that are zero after `step` updates of a run of `total`.

    s_t = s_f (1 - (1 - t / (3 T / 4))^3) up to three quarters of the run, s_f from there on (Zhu & Gupta, To prune,
    or not to prune, 2017).

    Args:
        step: t, a number or an array of float64.
        total: T, likewise.
        final: s_f.
        xp: numpy or tensorflow.
    """
    rest = 1 - xp.minimum(step / xp.maximum((1 - SHARE_TO_RECOVER) * total, 1.0), 1.0)
    return final * (1 - rest * rest * rest)


def updates_between(total: Any, xp: Any = np) -> Any:
    """How many updates lie between two choices of the zeros in a run of `total`."""
    return xp.minimum(xp.maximum(xp.floor(total / CHOICES), 1.0), 1.0 * MOST_BETWEEN)


def kept_weights(values: list[np.ndarray], sparsity: float) -> list[np.ndarray]:
    """Which weights stay, bool arrays of the shapes of `values`, where the smallest `sparsity` of all are set to zero.

    Weights of the same magnitude, such as those that are zero already, go in the order of i SPREAD mod 2^31 for the
    i-th of all, so that no layer is given back first where fewer are to be zero.
    """
    size = np.abs(np.concatenate([value.ravel() for value in values]))
    kept = np.ones(len(size), bool)
    count = int(sparsity * len(size) + ROUNDING)
    if count:
        threshold = np.partition(size, count - 1)[count - 1]
        kept = size > threshold
        same = np.flatnonzero(size == threshold)
        spare = len(same) - (count - int((size < threshold).sum()))
        kept[same[np.argsort(same * SPREAD % 2**31)][len(same) - spare :]] = True
    parts = np.split(kept, np.cumsum([value.size for value in values])[:-1])
    return [part.reshape(value.shape) for part, value in zip(parts, values, strict=True)]
