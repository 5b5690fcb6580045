"""Two moons: the points that the drawing begins with where no others were there before."""

from __future__ import annotations

import numpy as np

from core.drawn.points import DrawnPoints

EACH = 40  # points
RADIUS, SHAKEN = 3.0, 0.3  # of a moon; standard deviation across and along it


def two_moons() -> DrawnPoints:
    """Two half circles that reach into one another, always the same.

    >>> two_moons().x.shape
    (80, 2)
    """
    angle = np.linspace(0, np.pi, EACH)
    upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    x = RADIUS * np.concatenate([upper, -upper])
    shaken = np.random.default_rng(0).normal(0, SHAKEN, x.shape)
    return DrawnPoints.of(x + shaken, np.repeat([0, 1], EACH))
