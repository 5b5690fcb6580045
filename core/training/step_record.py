"""The records a trainer returns: of the updates it made, and of the point where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Steps:
    """The record of successive updates; row i belongs to update `first + i`.

    `loss` (k,), `parameters` (k, p) and `gradient` (k, p) are taken before the update, `update` (k, p) is
    what it added to the parameters; all finite, in the dtype of the objective. Where loss scaling skipped an
    update because the gradient overflowed, that is NaN. `diverged` says that the step after the last row was
    not finite, so that no further one was taken. Of many parameters only the `norms` (gradient, update) are
    recorded, each (k,), and p is 0; and `layer_norms` (k, L, 3), for each of the trainer's `layer_names` the
    Euclidean norms of its gradient, its update and its weights before it.
    """

    first: int
    loss: np.ndarray
    parameters: np.ndarray
    gradient: np.ndarray
    update: np.ndarray
    diverged: bool
    norms: tuple[np.ndarray, np.ndarray] | None = None
    layer_norms: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def gradient_norm(self) -> np.ndarray:
        """The Euclidean norm of each gradient, (k,)."""
        return _row_norms(self.gradient) if self.norms is None else self.norms[0]

    @property
    def update_norm(self) -> np.ndarray:
        """The Euclidean norm of each update, (k,)."""
        return _row_norms(self.update) if self.norms is None else self.norms[1]


@dataclass(frozen=True, eq=False)  # each one is an event of its own, however alike two may be
class Observation:
    """The state of a trainer between two updates; arrays are float64, flat over the parameters.

    `loss`, `gradient` and `hessian` (p, p) are those of the batch `rows` that the next update will use
    (None: all examples); `slots` are the optimizer's moments by symbol, `hyper` its live settings. Of many
    parameters only the loss and the gradient's `norm` are observed; the arrays are empty.
    """

    step: int
    parameters: np.ndarray
    loss: float
    gradient: np.ndarray
    hessian: np.ndarray
    slots: Mapping[str, np.ndarray]
    hyper: Mapping[str, float]
    rows: np.ndarray | None
    norm: float | None = None

    @classmethod
    def of_norms(
        cls, step: int, loss: float, norm: float, hyper: Mapping[str, float], rows: np.ndarray | None = None
    ) -> Observation:
        """An observation of many parameters; `rows` are the examples of the loss, where they are known."""
        nothing = np.empty(0)
        return cls(step, nothing, loss, nothing, np.empty((0, 0)), {}, hyper, rows, norm)

    @property
    def gradient_norm(self) -> float:
        """The Euclidean norm of the gradient."""
        return float(np.linalg.norm(self.gradient)) if self.norm is None else self.norm


def _row_norms(rows: np.ndarray) -> np.ndarray:
    # In float64: the norm of a large float32 vector can be beyond float32 itself.
    return np.linalg.norm(rows.astype(float), axis=1)
