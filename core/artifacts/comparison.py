"""How sure one can be of a share of right answers, and of a difference between two models on the same examples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054  # the standard normal's 97.5 % quantile
SURE_BELOW = 0.05  # a p-value from which on two models cannot be told apart


@dataclass(frozen=True)
class Share:
    """Right answers of all.

    >>> low, high = Share(349, 359).interval
    >>> round(low, 4), round(high, 4)
    (0.9495, 0.9848)
    """

    right: int
    total: int

    @property
    def value(self) -> float:
        """Right / total."""
        return self.right / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927), with p the share, n the total and z = 1.96.

        (p + z^2 / 2n ± z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
        """
        p, n, z = self.value, self.total, Z_95
        middle = p + z * z / (2 * n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max((middle - half) / (1 + z * z / n), 0.0), min((middle + half) / (1 + z * z / n), 1.0)


@dataclass(frozen=True)
class Difference:
    """Two models on the same examples: where just one of them is right.

    Attributes:
        lost: Examples that the first has right and the second wrong.
        won: Examples that the first has wrong and the second right.
        changed: Examples that they answer differently, right or wrong.
        total: All examples.
    """

    lost: int
    won: int
    changed: int
    total: int

    @classmethod
    def between(cls, first: np.ndarray, second: np.ndarray, truths: np.ndarray) -> Difference:
        """The difference of the answers `second` from the answers `first`, all integer arrays of one shape."""
        was, now = first == truths, second == truths
        lost, won = int((was & ~now).sum()), int((~was & now).sum())
        return cls(lost, won, int((first != second).sum()), truths.size)

    @property
    def p_value(self) -> float:
        """The exact two-sided p-value of McNemar's test (1947): as if each of lost + won were a fair coin's side."""
        n, least = self.lost + self.won, min(self.lost, self.won)
        if n == 0:
            return 1.0
        counts = np.arange(1, least + 1)
        logs = np.concatenate([[0.0], np.cumsum(np.log(n - counts + 1) - np.log(counts))])  # of n over k
        tail = float(np.exp(logs - n * math.log(2)).sum())
        return min(2 * tail, 1.0)

    @property
    def is_sure(self) -> bool:
        """True if chance alone would rarely make them differ so much."""
        return self.p_value < SURE_BELOW


def confusion(truths: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """How often class i (row) was answered by class j (column), int64 (classes, classes)."""
    return np.bincount(truths.ravel() * classes + answers.ravel(), minlength=classes**2).reshape(classes, classes)
