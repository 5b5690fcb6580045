"""Wishes: what callers asked of a run, and its worker has not done yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass
class RunRequests:
    """Written by any thread and read by the worker, under the run's condition."""

    playing: bool = False
    single_steps: int = 0
    settings: dict[str, float] = field(default_factory=dict)
    observation: bool = False
    watching: bool = False  # other findings are wanted than before
    found: bool = False  # a probe has ended its look: the next one may begin
    restart: Sequence[np.ndarray] | None = None
    retimed: bool = False  # another pace or total
    stop: bool = False

    def waiting(self, playing: bool) -> bool:
        """Whether anything is asked of a worker that plays, or rests, now."""
        asked = self.stop or self.observation or self.retimed or self.restart is not None
        return (
            asked
            or self.watching
            or self.found
            or bool(self.settings)
            or self.single_steps > 0
            or self.playing != playing
        )
