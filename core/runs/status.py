"""The states a run goes through."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """The state of a run."""

    PREPARING = "preparing"  # importing TensorFlow, compiling
    PAUSED = "paused"
    PLAYING = "playing"
    FINISHED = "finished"  # took all its steps; more epochs let it go on
    DIVERGED = "diverged"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """True if the run takes no further step unless it begins again or gets more epochs."""
        return self in (Status.FINISHED, Status.DIVERGED, Status.FAILED)
