"""How much each setting matters for a good trial: PED-ANOVA, with NumPy alone.

Watanabe, Bansal and Hutter, PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary subspaces, 2023:
a setting matters if its values among the best trials lie elsewhere than among all. With the density p of its values
among all trials and p' among the best share gamma', its marginal variance is, but for a factor that all settings share,

    v = E_p[(p' / p - 1)^2] = sum over x of p(x) (p'(x) / p(x) - 1)^2,

and the importance is v over the sum of all v.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.sweeps.setting_range import SettingRange
    from core.sweeps.trial import Trial

BEST_SHARE = 0.2  # gamma': with 0.1 as in the paper, 20 trials would leave two
FEWEST_TRIALS = 8  # that tell anything
FEWEST_BEST = 3
PLACES = 50  # of the grid on which a density stands
PRIOR = 1.0  # weight of the even density, in trials
LEAST_WIDTH = 0.5 / 1.64  # of a kernel, in places: 90 % of it within its own place


def importances(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> dict[str, float]:
    """The importance of each setting among the trials that are over, in sum 1; empty of too few trials.

    A trial that diverged counts as worse than all others; one that was given up by what it had come to.
    """
    over = [t for t in trials if t.state in ("finished", "pruned", "diverged") and t.repeats is None]
    losses = np.array([math.inf if t.state == "diverged" or math.isnan(t.loss) else t.loss for t in over])
    if len(over) < FEWEST_TRIALS or len(np.unique(losses)) < 2:
        return {}
    count = max(FEWEST_BEST, math.ceil(BEST_SHARE * len(over)))
    best = np.argsort(losses, kind="stable")[:count]
    variances = {each.name: _divergence(*_places(over, each), best) for each in ranges}
    total = sum(variances.values())
    return {name: value / total for name, value in variances.items()} if total > 0 else {}


def _places(trials: Sequence[Trial], each: SettingRange) -> tuple[np.ndarray, int, bool]:
    """The place of each trial's value on the setting's grid, how many places that has, and whether they have order."""
    values = [trial.settings[each.name] for trial in trials]
    if each.is_list:
        return np.array([each.values.index(value) for value in values]), len(each.values), False
    scale = np.log if each.is_log else np.asarray
    low, high = float(scale(each.low)), float(scale(each.high))
    shares = (np.asarray(scale(np.array(values, float)), float) - low) / (high - low)
    return np.clip(np.round(shares * (PLACES - 1)), 0, PLACES - 1).astype(int), PLACES, True


def _divergence(places: np.ndarray, count: int, is_ordered: bool, best: np.ndarray) -> float:
    """The Pearson divergence of the density of the best from that of all."""
    density = smooth_density if is_ordered else counted_density
    among_all, among_best = density(places, count), density(places[best], count)
    return float(among_all @ (among_best / among_all - 1) ** 2)


def counted_density(places: np.ndarray, count: int) -> np.ndarray:
    """The share of each of `count` places, with `PRIOR` trials spread evenly, (count,)."""
    return (np.bincount(places, minlength=count) + PRIOR / count) / (len(places) + PRIOR)


def smooth_density(places: np.ndarray, count: int) -> np.ndarray:
    """A density of `count` places by Gaussian kernels of Scott's width and `PRIOR` trials spread evenly, (count,)."""
    grid = np.arange(count)
    width = max(1.059 * _spread(places) * len(places) ** -0.2, LEAST_WIDTH)
    kernels = np.exp(-0.5 * ((grid[None, :] - places[:, None]) / width) ** 2)
    kernels /= kernels.sum(axis=1, keepdims=True)  # each is cut at the ends of the grid
    return (kernels.sum(axis=0) + PRIOR / count) / (len(places) + PRIOR)


def _spread(places: np.ndarray) -> float:
    """The standard deviation, or what the quartiles say if that is less (Scott, 1992)."""
    low, high = np.quantile(places, [0.25, 0.75])
    deviation = float(np.std(places, ddof=1)) if len(places) > 1 else 0.0
    return min(deviation, float(high - low) / 1.34)


def ordered(found: Mapping[str, float]) -> list[tuple[str, float]]:
    """The settings with their importances, the largest first."""
    return sorted(found.items(), key=lambda entry: -entry[1])
