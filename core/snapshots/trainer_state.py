"""The whole state of a trainer at a step: going on from it makes the same updates again.

Importing this module costs no TensorFlow; there is none without a trainer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from core.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class TrainerState:
    """The values of a trainer's variables after `step` updates: weights, moments, counters, live settings."""

    step: int
    values: tuple[np.ndarray, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory; an array of one number repeated takes that number's."""
        return sum(value.itemsize if 0 in value.strides else value.nbytes for value in self.values)


def state_of(trainer: Trainer) -> TrainerState:
    """A copy of the state of `trainer`, between two updates."""
    from core.training.variable_values import compact

    return TrainerState(trainer.step, tuple(compact(variable.numpy()) for variable in trainer.all_variables))


def restore(trainer: Trainer, state: TrainerState) -> None:
    """Puts `trainer` where `state` was copied, with the batches that follow there."""
    from core.training.variable_values import assign

    assign(trainer.all_variables, state.values)
    trainer.resume(state.step)
