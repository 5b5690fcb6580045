"""The shares of its variance that a random walk's principal components explain: what any path is to be held against.

Nearly all of a random walk in many dimensions lies along a few directions, so that a path of which two directions
explain 90 % need not be flat (Antognini and Sohl-Dickstein, PCA of high dimensional random walks with comparison to
neural network training, 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def random_walk_shares(steps: Sequence[int]) -> tuple[float, float]:
    """Return the shares of the first two components of a random walk that is looked at after `steps` steps.

    In many dimensions the scalar product of two points as seen from the last one is the number of steps that they
    share, min(t_i, t_j) with t = last step - step; the shares are its eigenvalues over their sum. Of a long walk
    looked at evenly they are 8 / (pi^2 (2 k - 1)^2). The paper sees points from their mean, which gives
    6 / (pi^2 k^2): 61 and 15 %.

    >>> [round(100 * share) for share in random_walk_shares(range(0, 2000, 10))]
    [81, 9]

    Args:
        steps: In rising order, at least 2 of them.
    """
    apart = steps[-1] - np.asarray(steps, float)[:-1]
    values = np.linalg.eigvalsh(np.minimum.outer(apart, apart))[::-1]
    first, second = (*values, 0.0)[:2]
    return float(first / values.sum()), float(second / values.sum())
