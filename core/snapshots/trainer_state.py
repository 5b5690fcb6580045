"""The whole state of a trainer at a step: going on from it makes the same updates again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class TrainerState:
    """The `Trainer.values` after `step` updates: weights, moments, counters, live settings."""

    step: int
    values: tuple[np.ndarray, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory; an array of one number repeated takes that number's."""
        return sum(value.itemsize if 0 in value.strides else value.nbytes for value in self.values)
