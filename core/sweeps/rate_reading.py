"""The learning rates that a rate test tells: where the loss falls fastest, and the largest rate that is stable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 11  # updates that the loss is averaged over
LEAST_FALL = 6.0  # times the noise of an average; a smaller fall is none
LEAST_SHARE = 1e-3  # of the first loss; a smaller fall is none either
BEGUN = 0.1  # of the whole fall: before that the slope is that of the batches' noise
REBOUND = 0.5  # of a fall; a loss that climbs back so far was thrown out
FIRST = 20  # updates of a rate test that change nothing yet, a tenth of a decade above the lowest rate
ACCURACY = 0.01  # of the largest stable rate, relative
DECADES_BACK = 7  # that are searched for a rate at which the run is stable


def averaged(losses: np.ndarray) -> np.ndarray:
    """The mean of the losses within `WINDOW` updates around each, fewer at the ends, (n,)."""
    weights = np.ones(WINDOW)
    counts = np.convolve(np.ones(len(losses)), weights, "same")
    return np.convolve(losses, weights, "same") / counts


def steepest_rate(rates: np.ndarray, losses: np.ndarray) -> float | None:
    """The rate at which the loss falls fastest by the logarithm of the rate, (Smith, 2017).

    Args:
        rates: Of each update, rising, (n,).
        losses: Before each update, finite, (n,).

    Returns:
        A rate before the lowest loss; None if the loss does not fall by more than its noise. What comes after the loss
        has climbed back counts no more: a point that was thrown out may fall lower than ever, at a rate that throws.
    """
    losses = losses[: _before_rebound(losses)]
    if len(losses) < 2 * WINDOW:
        return None
    rates, smooth = rates[: len(losses)], averaged(losses)
    lowest = int(np.argmin(smooth))
    first, fall = float(smooth[0]), float(smooth[0] - smooth[lowest])
    if fall <= LEAST_FALL * noise_of(losses[: lowest + 1]) / math.sqrt(WINDOW) or fall <= LEAST_SHARE * abs(first):
        return None
    begun = np.flatnonzero(smooth[: lowest + 1] <= first - BEGUN * fall)
    slopes = np.gradient(smooth, np.log(rates))
    return float(rates[begun[int(np.argmin(slopes[begun]))]])


def _before_rebound(losses: np.ndarray) -> int:
    """How many updates come before the averaged loss has fallen and climbed back half of that; all if it has not."""
    if len(losses) < 2 * WINDOW:
        return len(losses)
    smooth = averaged(losses)
    lowest = np.minimum.accumulate(smooth)
    fall, least = smooth[0] - lowest, LEAST_FALL * noise_of(losses[:FIRST]) / math.sqrt(WINDOW)
    has_fallen = fall > max(least, LEAST_SHARE * abs(float(smooth[0])))
    back = np.flatnonzero(has_fallen & (smooth > lowest + REBOUND * fall))
    return int(back[0]) if len(back) else len(losses)


def noise_of(losses: np.ndarray) -> float:
    """The standard deviation from update to update that no trend explains, of (n,) losses; 0 of fewer than three."""
    return float(np.std(np.diff(losses, 2))) / math.sqrt(6) if len(losses) > 2 else 0.0


def level_of(losses: np.ndarray) -> float:
    """The highest loss at the lowest rates of a rate test, which leave the model where it began: batches differ."""
    return float(losses[:FIRST].max())


def is_stable(losses: np.ndarray, level: float) -> bool:
    """True if the median of the last quarter of `losses`, of a run at one rate, is at most the `level` of its start."""
    quarter = max(len(losses) // 4, 1)
    return bool(len(losses) and np.isfinite(losses).all() and np.median(losses[-quarter:]) <= level)


def largest_stable_rate(
    highest: float, is_stable_at: Callable[[float], bool], goes_on: Callable[[], bool] = lambda: True
) -> float | None:
    """The largest rate up to `highest` at which a run is stable, by bisection; `ACCURACY` says how near.

    Args:
        highest: The largest rate that is asked about; it is returned if it is stable.
        is_stable_at: Makes a run at a constant rate.
        goes_on: False ends the search where it stands.

    Returns:
        The rate; None if there is none within `DECADES_BACK` powers of ten.

    >>> round(largest_stable_rate(10.0, lambda rate: rate < 0.2), 2)
    0.2
    """
    if is_stable_at(highest):
        return highest
    stable, unstable = highest / 10, highest
    for _decade in range(DECADES_BACK):
        if not goes_on():
            return None
        if is_stable_at(stable):
            return _between(stable, unstable, is_stable_at, goes_on)
        stable, unstable = stable / 10, stable
    return None


def _between(
    stable: float, unstable: float, is_stable_at: Callable[[float], bool], goes_on: Callable[[], bool]
) -> float:
    while unstable > stable * (1 + ACCURACY) and goes_on():
        middle = math.sqrt(stable * unstable)
        stable, unstable = (middle, unstable) if is_stable_at(middle) else (stable, middle)
    return stable
