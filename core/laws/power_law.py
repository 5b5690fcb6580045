"""The law of a loss by size, L(N) = E + A N^-a, fitted to runs, with what the fit leaves open.

For a fixed exponent a the law is linear in the floor E and the scale A, so the best E >= 0 and A >= 0 have a closed
form, and one search over a line finds the best of all: no starting point, no local minimum (variable projection: Golub
and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate,
1973). The form of the law: Hestness et al., Deep learning scaling is predictable, empirically, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

EXPONENTS = np.geomspace(0.01, 4.0, 400)
FEWEST_SIZES = 3  # for as many unknowns
REFINEMENTS, FINER = 3, 41  # rounds of a finer search, and exponents in each
DRAWS = 1000
INTERVAL = (2.5, 97.5)  # percentiles
FAN = (2.5, 25.0, 50.0, 75.0, 97.5)


@dataclass(frozen=True)
class PowerLaws:
    """Many laws at once: arrays of one shape.

    Attributes:
        floor: E, the loss that no size gets below.
        scale: A, of sizes divided by `unit`.
        exponent: a.
        unit: The size in whose multiples sizes are counted.
    """

    floor: np.ndarray
    scale: np.ndarray
    exponent: np.ndarray
    unit: float

    def __call__(self, size: float) -> np.ndarray:
        """The losses at `size`."""
        return self.floor + self.scale * (size / self.unit) ** -self.exponent


class ScalingLaw:
    """A law fitted to the losses of runs of several sizes, and its bootstrap.

    Relative errors are weighed alike, since a loss scatters in proportion to itself. The bootstrap draws sizes, and
    among the runs of each size drawn draws runs, so that it tells what other sizes and other seeds would have changed.

    >>> law = ScalingLaw([10, 100, 1000, 10000], [1 + 4 * n**-0.5 for n in (10, 100, 1000, 10000)])
    >>> round(law.floor, 2), round(law.exponent, 2), round(law.predict(1e6), 3)
    (1.0, 0.5, 1.004)
    """

    def __init__(
        self, sizes: Sequence[float] | np.ndarray, losses: Sequence[float] | np.ndarray, seed: int = 0
    ) -> None:
        """Fits runs of `sizes` that ended at `losses`, both (n,), positive and finite; `seed` is the bootstrap's.

        Raises:
            ConfigError: There are fewer than three sizes, or a value is not positive and finite.
        """
        self.sizes, self.losses = np.asarray(sizes, float), np.asarray(losses, float)
        _check(self.sizes, self.losses)
        self._unit = float(np.exp(np.log(self.sizes).mean()))
        alone = self._fit(np.ones((1, len(self.sizes))), rounds=REFINEMENTS)
        self.floor, self.exponent = float(alone.floor[0]), float(alone.exponent[0])
        self._best, self._seed = alone, seed

    def predict(self, size: float) -> float:
        """The loss at `size`."""
        return float(self._best(size)[0])

    def fan(self, size: float) -> np.ndarray:
        """The percentiles `FAN` of the bootstrap's losses at `size`, (5,)."""
        return np.percentile(self._draws(size), FAN)

    def deviation(self, size: float) -> float:
        """The standard deviation of a run's loss at `size`: of the law, by the bootstrap, and of a run around it."""
        spread = float(np.std(self._draws(size)))
        return float(np.hypot(spread, self.scatter * self.predict(size)))

    @property
    def scatter(self) -> float:
        """The relative standard deviation of a run around the law; three degrees of freedom are the law's."""
        relative = (self.losses - [self.predict(size) for size in self.sizes]) / self.losses
        return float(np.sqrt((relative**2).sum() / max(len(relative) - 3, 1)))

    @property
    def floor_interval(self) -> tuple[float, float]:
        """The interval of E that holds 95 % of the bootstrap."""
        low, high = np.percentile(self._draws.floor, INTERVAL)
        return float(low), float(high)

    @property
    def floor_is_known(self) -> bool:
        """False if the interval of the floor reaches zero or the smallest loss seen: these runs do not show one."""
        low, high = self.floor_interval
        return low > 0 and high < float(self.losses.min())

    @cached_property
    def _draws(self) -> PowerLaws:
        return self._fit(_bootstrap(self.sizes, np.random.default_rng(self._seed)))

    def _fit(self, counts: np.ndarray, rounds: int = 0) -> PowerLaws:
        """The best law for each row of `counts`, (draws, n): how often each run is taken.

        Each of the `rounds` looks between the neighbours of the best exponent, for a single row.
        """
        weights, scaled = counts / self.losses**2, self.sizes / self._unit
        exponents = EXPONENTS
        for _round in range(rounds):
            best = int(np.argmax(exponents == _best_on(exponents, weights, scaled, self.losses)[2][0]))
            around = exponents[max(best - 1, 0)], exponents[min(best + 1, len(exponents) - 1)]
            exponents = np.geomspace(*around, FINER)
        return PowerLaws(*_best_on(exponents, weights, scaled, self.losses), self._unit)


def _best_on(
    exponents: np.ndarray, weights: np.ndarray, sizes: np.ndarray, losses: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floor, scale and exponent, (draws,) each, with the least sum of `weights` times squared errors, (draws, n)."""
    x = sizes ** -exponents[:, None]
    ones, of_losses = weights.sum(axis=1, keepdims=True), (weights @ losses)[:, None]
    of_x, of_squares, of_products = weights @ x.T, weights @ (x**2).T, weights @ (x * losses).T
    determinant = np.maximum(ones * of_squares - of_x**2, np.finfo(float).tiny)
    floor = (of_squares * of_losses - of_x * of_products) / determinant
    scale = (ones * of_products - of_x * of_losses) / determinant
    # Outside of the allowed quarter the best lies on its border: no floor, or no fall.
    no_floor, no_fall = (floor < 0) | (scale < 0), scale < 0
    floor = np.where(no_fall, of_losses / ones, np.where(no_floor, 0.0, floor))
    scale = np.where(no_fall, 0.0, np.where(no_floor, of_products / of_squares, scale))
    gain = 2 * (floor * of_losses + scale * of_products) - (
        floor**2 * ones + 2 * floor * scale * of_x + scale**2 * of_squares
    )
    rows, best = np.arange(len(weights)), gain.argmax(axis=1)
    return floor[rows, best], scale[rows, best], exponents[best]


def _bootstrap(sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How often each run is taken, (DRAWS, n): sizes are drawn, three different ones at least, then runs of each."""
    distinct, groups = np.unique(sizes, return_inverse=True)
    times = np.zeros((DRAWS, len(distinct)), int)
    few = np.arange(DRAWS)
    while len(few):
        times[few] = rng.multinomial(len(distinct), np.full(len(distinct), 1 / len(distinct)), len(few))
        few = np.flatnonzero((times > 0).sum(axis=1) < FEWEST_SIZES)
    counts = np.zeros((DRAWS, len(sizes)))
    for group in range(len(distinct)):
        runs = np.flatnonzero(groups == group)
        counts[:, runs] = rng.multinomial(times[:, group] * len(runs), np.full(len(runs), 1 / len(runs)))
    return counts


def _check(sizes: np.ndarray, losses: np.ndarray) -> None:
    if not all(np.isfinite(values).all() and (values > 0).all() for values in (sizes, losses)):
        raise ConfigError(_("A law needs sizes and losses that are positive and finite."))
    if len(np.unique(sizes)) < FEWEST_SIZES:
        raise ConfigError(_("A law needs runs of at least three sizes."))
