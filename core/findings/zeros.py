"""ZerosProbe: the share of a model's weights that are not zero, along a run that prunes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.findings.results import NonZeros
from core.thinning import thinned
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_KEPT = 2000  # looks; beyond that they are thinned


class ZerosProbe(Probe[NonZeros]):
    """Counts the weights that are not zero, of those that may be pruned."""

    def __init__(self) -> None:
        self._looks: list[tuple[int, int]] = []

    def look(self, snapshot: TrainerSnapshot) -> NonZeros:
        """The counts up to `snapshot`."""
        places = () if snapshot.masks is None else snapshot.masks.places
        values = [snapshot.weights[place].numpy() for place in places]
        count = sum(int(np.count_nonzero(value)) for value in values)
        self._looks = thinned([*self._looks, (snapshot.step, count)], MOST_KEPT)
        steps, counts = np.array(self._looks, np.int64).T
        return NonZeros(steps, counts, sum(value.size for value in values))

    def forget(self) -> None:
        """Forgets the looks."""
        self._looks = []

    def rewind(self, step: int) -> None:
        """Forgets the looks from `step` on."""
        self._looks = [look for look in self._looks if look[0] < step]
