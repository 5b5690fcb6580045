"""How well a quantity is predicted, and how sure one can be of a difference between two models on the same examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

RESAMPLES, SEED = 1000, 0
TAILS = (2.5, 97.5)  # percentiles

Statistic = Callable[[np.ndarray], float]  # of the rows that were drawn


@dataclass(frozen=True)
class Explained:
    """The share of a quantity's variance that a model explains.

    Attributes:
        value: R^2 = 1 - sum (y - p)^2 / sum (y - mean y)^2.
        interval: The 95 % percentile interval of the bootstrap over examples (Efron, 1979).
        total: How many examples.
    """

    value: float
    interval: tuple[float, float]
    total: int

    @classmethod
    def of(cls, predictions: np.ndarray, truths: np.ndarray) -> Self:
        """Of predictions (n,) and true values (n,)."""
        p, y = np.asarray(predictions, float).ravel(), np.asarray(truths, float).ravel()

        def r2(rows: np.ndarray) -> float:
            spread = ((y[rows] - y[rows].mean()) ** 2).sum()
            return float(1 - ((y[rows] - p[rows]) ** 2).sum() / max(spread, 1e-30))

        return cls(r2(np.arange(len(y))), _interval(r2, len(y)), len(y))


@dataclass(frozen=True)
class ErrorChange:
    """Two models on the same examples: by how much the squared error grows.

    Attributes:
        value: The mean of (y - p_2)^2 - (y - p_1)^2 over the variance of y: what R^2 loses.
        interval: The 95 % percentile interval of the paired bootstrap: examples are drawn, with both errors.
        total: How many examples.
        largest: The largest difference of two predictions, in the unit of the quantity.
    """

    value: float
    interval: tuple[float, float]
    total: int
    largest: float

    @classmethod
    def between(cls, first: np.ndarray, second: np.ndarray, truths: np.ndarray) -> Self:
        """The change from predictions `first` to predictions `second`, both (n,)."""
        one, two, y = (np.asarray(part, float).ravel() for part in (first, second, truths))
        grown = ((y - two) ** 2 - (y - one) ** 2) / max(float(y.var()), 1e-30)
        interval = _interval(lambda rows: float(grown[rows].mean()), len(y))
        return cls(float(grown.mean()), interval, len(y), float(np.abs(two - one).max()))

    @property
    def is_sure(self) -> bool:
        """True if no change is outside the interval."""
        return not self.interval[0] <= 0 <= self.interval[1]


def _interval(statistic: Statistic, count: int) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    found = [statistic(rng.integers(count, size=count)) for _ in range(RESAMPLES)]
    low, high = np.percentile(found, TAILS)
    return float(low), float(high)
