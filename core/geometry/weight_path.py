"""WeightPathProbe: copies of all weights along a run, at distances that double as it grows longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.geometry.results import WeightPath
from core.training.flat_weights import flatten
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf

    from core.training.trainer_snapshot import TrainerSnapshot

MOST_SNAPSHOTS = 64
MOST_BYTES = 400_000_000
FEWEST = 4  # even of the largest model: a path of fewer points shows nothing


class WeightPathProbe(Probe[WeightPath]):
    """Copies the weights; when there are too many, every other one is dropped and the spacing doubled."""

    def __init__(self) -> None:
        self.forget()

    def look(self, snapshot: TrainerSnapshot) -> WeightPath:
        """Copy the weights if the last copy is at least `spacing` steps old; return the path so far."""
        if not self._steps and snapshot.step > 0:  # a short run may be over before the first look
            self._keep(0, snapshot.objective.initial)
        if not self._steps or snapshot.step - self._steps[-1] >= self._spacing:
            self._keep(snapshot.step, snapshot.weights)
            self._thin()
        return WeightPath(tuple(self._steps), tuple(self._points))

    def forget(self) -> None:
        """Forget the path."""
        self._steps: list[int] = []
        self._points: list[np.ndarray] = []
        self._spacing = 1

    def rewind(self, step: int) -> None:
        """Forget the path from `step` on."""
        known = sum(kept < step for kept in self._steps)
        self._steps, self._points = self._steps[:known], self._points[:known]

    def _keep(self, step: int, weights: Sequence[np.ndarray | tf.Tensor]) -> None:
        self._steps.append(step)
        self._points.append(flatten(weights))

    def _thin(self) -> None:
        most = int(np.clip(MOST_BYTES // self._points[0].nbytes, FEWEST, MOST_SNAPSHOTS))
        if len(self._steps) > most:
            self._steps, self._points = self._steps[::2], self._points[::2]
            self._spacing *= 2
