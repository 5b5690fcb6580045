"""The origin of a branch: where it begins on an axis that counts from the start of the run it branched off from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a branch begins, as its charts need it.

    Attributes:
        root: The number of the run at whose start the axis begins.
        steps, epochs: The place of the branch's step 0 on an axis of either unit.
        losses: The losses of its parents up to there, (k,), for which the axis of values has room.
    """

    root: int
    steps: float
    epochs: float
    losses: np.ndarray
