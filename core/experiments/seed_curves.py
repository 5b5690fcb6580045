"""The curves of paired seeds: what both settings recorded at the steps that all their runs have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.experiments.paired_seeds import Pair

MOST_POINTS = 400  # of a band: evenly spaced steps of those that all runs recorded


@dataclass(frozen=True)
class Band:
    """The lowest, mean and highest value over the seeds at each step, (k,) each."""

    low: np.ndarray
    mean: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Band:
        """The band of `values`, (seeds, k)."""
        return cls(values.min(axis=0), values.mean(axis=0), values.max(axis=0))


@dataclass(frozen=True)
class SeedCurves:
    """Bands of the training loss of two settings and of its difference, first minus second of each pair, at `steps`."""

    steps: np.ndarray
    first: Band
    second: Band
    difference: Band


def seed_curves(pairs: Sequence[Pair]) -> SeedCurves | None:
    """The curves of `pairs`; None if no step has a finite loss in all their runs.

    Pairs of which a run diverged are left out, as they are of the verdict.
    """
    sound = [pair for pair in pairs if not any(pair.diverged)]
    recorded = [(run["step"], run["loss"]) for pair in sound for run in (pair.first, pair.second)]
    if not recorded:
        return None
    steps = reduce(np.intersect1d, [steps for steps, _loss in recorded])
    steps = steps[np.unique(np.linspace(0, len(steps) - 1, min(MOST_POINTS, len(steps))).astype(int))]
    values = np.array([losses[np.searchsorted(known, steps)] for known, losses in recorded], float)
    finite = np.isfinite(values).all(axis=0)
    if not finite.any():
        return None
    first, second = values[::2, finite], values[1::2, finite]
    return SeedCurves(steps[finite], Band.of(first), Band.of(second), Band.of(first - second))
