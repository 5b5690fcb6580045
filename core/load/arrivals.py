"""When the requests of an open loop are to be sent, whatever becomes of those before them."""

from __future__ import annotations

from typing import Literal

import numpy as np

Arrivals = Literal["poisson", "constant"]


def send_times(arrivals: Arrivals, rate: float, seconds: float, seed: int = 0) -> np.ndarray:
    """The intended send times in seconds from the start, ascending, float64.

    "constant" sends every 1 / rate; "poisson" draws independent exponential intervals of that mean.

    >>> send_times("constant", 4, 1).tolist()
    [0.0, 0.25, 0.5, 0.75]
    """
    if arrivals == "constant":
        return np.arange(int(rate * seconds)) / rate
    chance = np.random.default_rng(seed)
    times = np.cumsum(chance.exponential(1 / rate, int(rate * seconds * 1.2) + 50))
    return times[times < seconds]
