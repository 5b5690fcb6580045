"""Where a `fit` stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FitState(Enum):
    """Whether `fit` runs, or what it ended by."""

    RUNNING = "running"
    FINISHED = "finished"  # all its epochs
    ENDED_EARLY = "ended early"  # a callback such as EarlyStopping, or Stop, ended it
    INTERRUPTED = "interrupted"  # a person interrupted the cell
    FAILED = "failed"  # an error ended it


@dataclass(frozen=True)
class FitProgress:
    """How far a `fit` has come; one immutable object, since other threads read it.

    Attributes:
        state: Whether it runs.
        epoch: The epoch it is in, from 1 on; 0 before the first.
        epochs: The epoch it is to end with.
        batch: The updates made in this epoch.
        batches: How many updates an epoch has; None while that is not known.
        left: The updates to come; None while that is not known.
        rate: The learning rate of the newest update; None before the first.
    """

    state: FitState = FitState.RUNNING
    epoch: int = 0
    epochs: int = 1
    batch: int = 0
    batches: int | None = None
    left: int | None = None
    rate: float | None = None
