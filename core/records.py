"""What a trainer tells: the record of the steps it took, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Steps:
    """What happened in successive updates; row i belongs to update `first + i`.

    `loss` (k,), `parameters` (k, p) and `gradient` (k, p) are taken before the update, `update` (k, p) is
    what it added to the parameters; all finite, in the dtype of the objective. `diverged` says that the
    step after the last row was not finite, so that no further one was taken.
    """

    first: int
    loss: np.ndarray
    parameters: np.ndarray
    gradient: np.ndarray
    update: np.ndarray
    diverged: bool

    def __len__(self) -> int:
        return len(self.loss)


@dataclass(frozen=True)
class Observation:
    """Where a trainer stands between two updates; arrays are float64, flat over the parameters.

    `loss`, `gradient` and `hessian` (p, p) are those of the batch `rows` that the next update will use
    (None: all examples); `slots` are the optimizer's moments by symbol, `hyper` its live settings.
    """

    step: int
    parameters: np.ndarray
    loss: float
    gradient: np.ndarray
    hessian: np.ndarray
    slots: Mapping[str, np.ndarray]
    hyper: Mapping[str, float]
    rows: np.ndarray | None
