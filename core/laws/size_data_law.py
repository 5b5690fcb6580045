"""The law of a loss by model size and by data, L(N, D) = E + A N^-a + B D^-b, and what more of either would gain.

For fixed exponents a and b the law is linear in E, A and B, so that the best of these that are not negative have a
closed form and a search over a plane finds the best of all (variable projection, as in `core.laws.power_law`).
The form of the law: Hoffmann et al., Training compute-optimal large language models, 2022, approach 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

EXPONENTS = np.geomspace(0.02, 2.5, 20)  # of each of the two
REFINEMENTS, FINER = 5, 9  # rounds of a finer search, and exponents of each in it
UNKNOWNS = 5  # E, A, B and both exponents
FEWEST = 3  # sizes, and amounts of data: as many as make a curve
DRAWS, DRAWS_AT_ONCE = 1000, 100
INTERVAL = (2.5, 97.5)  # percentiles
TERMS = [terms for count in (1, 2, 3) for terms in combinations(range(3), count)]  # which of E, A and B are not 0


@dataclass(frozen=True)
class Gain:
    """How much the loss would fall, and the interval that holds 95 % of the bootstrap."""

    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class MarginalGains:
    """What `factor` times the compute would gain, spent on a larger model or on more data.

    Attributes:
        model, data: The gain of either.
        advice: Which of them is larger in 95 % of the bootstrap; "undecided" where neither is.
    """

    factor: float
    model: Gain
    data: Gain
    advice: Literal["model", "data", "undecided"]


class SizeDataLaw:
    """A law of size and data fitted to runs, and its bootstrap.

    Relative errors are weighed alike, since a loss scatters in proportion to itself. The bootstrap draws pairs of a
    size and an amount of data, and among the runs of each pair drawn draws runs.

    >>> n, d = (each.ravel() for each in np.meshgrid([1e3, 1e4, 1e5], [1e4, 1e5, 1e6]))
    >>> law = SizeDataLaw(n, d, 1 + 4 * n**-0.5 + 8 * d**-0.25)
    >>> [round(value, 2) for value in (law.floor, *law.exponents, law.predict(1e6, 1e7))]
    [1.0, 0.5, 0.25, 1.15]
    """

    def __init__(
        self,
        sizes: Sequence[float] | np.ndarray,
        examples: Sequence[float] | np.ndarray,
        losses: Sequence[float] | np.ndarray,
        seed: int = 0,
    ) -> None:
        """Fits runs of `sizes` on so many `examples` that ended at `losses`, (n,) each; `seed` is the bootstrap's.

        Raises:
            ConfigError: There are fewer than three sizes or amounts of data, or a value is not positive and finite.
        """
        self._runs = np.stack([np.asarray(each, float) for each in (sizes, examples, losses)])
        _check(self._runs)
        self._units = np.exp(np.log(self._runs[:2]).mean(axis=1))
        self._seed = seed
        a = b = EXPONENTS
        weights = np.ones((1, self._runs.shape[1]))
        for _round in range(REFINEMENTS):
            best = self._fit(weights, a, b)
            a, b = _around(a, best[0, 3]), _around(b, best[0, 4])
        self._best = self._fit(weights, a, b)

    @property
    def floor(self) -> float:
        """E, the loss that no size and no data get below."""
        return float(self._best[0, 0])

    @property
    def exponents(self) -> tuple[float, float]:
        """A and b, by which the loss falls with size and with data."""
        return float(self._best[0, 3]), float(self._best[0, 4])

    def predict(self, size: float, examples: float) -> float:
        """The loss of a model of `size` trained on `examples`."""
        return float(self._at(self._best, size, examples)[0])

    def fan(self, size: float, examples: float) -> np.ndarray:
        """The percentiles `INTERVAL` of the bootstrap's losses of a model of `size` trained on `examples`, (2,)."""
        return np.percentile(self._at(self._draws, size, examples), INTERVAL)

    def deviation(self, size: float, examples: float) -> float:
        """The standard deviation of a run's loss there: of the law, by the bootstrap, and of a run around it."""
        spread = float(np.std(self._at(self._draws, size, examples)))
        return float(np.hypot(spread, self.scatter * self.predict(size, examples)))

    @property
    def scatter(self) -> float:
        """The relative standard deviation of a run around the law; five degrees of freedom are the law's."""
        sizes, examples, losses = self._runs
        relative = (losses - self._at(self._best, sizes, examples)) / losses
        return float(np.sqrt((relative**2).sum() / max(len(relative) - UNKNOWNS, 1)))

    @property
    def floor_is_known(self) -> bool:
        """False if the interval of the floor reaches zero or the smallest loss seen: these runs do not show one."""
        low, high = self.floor_interval
        return low > 0 and high < float(self._runs[2].min())

    @property
    def floor_interval(self) -> tuple[float, float]:
        """The interval of E that holds 95 % of the bootstrap."""
        low, high = np.percentile(self._draws[:, 0], INTERVAL)
        return float(low), float(high)

    def marginal_gains(self, size: float, examples: float, factor: float = 2.0) -> MarginalGains:
        """What `factor` times the model, or `factor` times the data, would gain over `size` and `examples`.

        Training costs in proportion to both, so that either takes `factor` times the compute.
        """
        model, data = ((size * factor, examples), (size, examples * factor))
        of_model, of_data = (
            [self._at(laws, size, examples) - self._at(laws, *more) for laws in (self._best, self._draws)]
            for more in (model, data)
        )
        low, high = np.percentile(of_model[1] - of_data[1], INTERVAL)
        advice: Literal["model", "data", "undecided"] = "model" if low > 0 else "data" if high < 0 else "undecided"
        return MarginalGains(factor, _gain(*of_model), _gain(*of_data), advice)

    def best_split(self, size: float, examples: float, factor: float) -> tuple[float, float]:
        """By what to multiply `size` and `examples` for the lowest loss; the product of both is `factor`.

        Along equal compute the loss is A' k^-a + B' (factor / k)^-b in k, the factor of the size, and lowest where its
        derivative is zero: k^(a+b) = a A' / (b B') factor^b.
        """
        _floor, of_size, of_data, a, b = self._best[0]
        of_size = of_size * (size / self._units[0]) ** -a
        of_data = of_data * (examples / self._units[1]) ** -b
        if of_size <= 0 or of_data <= 0:
            return (1.0, factor) if of_size <= 0 else (factor, 1.0)
        larger = float((a * of_size / (b * of_data) * factor**b) ** (1 / (a + b)))
        return larger, factor / larger

    def _at(self, laws: np.ndarray, size: float | np.ndarray, examples: float | np.ndarray) -> np.ndarray:
        floor, of_size, of_data, a, b = laws.T
        return floor + of_size * (size / self._units[0]) ** -a + of_data * (examples / self._units[1]) ** -b

    @cached_property
    def _draws(self) -> np.ndarray:
        """The laws of resampled runs, (DRAWS, 5)."""
        taken = _bootstrap(self._runs[:2], np.random.default_rng(self._seed))
        parts = [taken[first : first + DRAWS_AT_ONCE] for first in range(0, DRAWS, DRAWS_AT_ONCE)]
        return np.concatenate([self._fit(part, EXPONENTS, EXPONENTS) for part in parts])

    def _fit(self, counts: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The best law for each row of `counts`, (draws, 5): E, A, B, and its exponents among `a` and `b`."""
        sizes, examples, losses = self._runs
        weights = counts / losses**2
        pairs = np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1).reshape(-1, 2)
        x, y = (sizes / self._units[0]) ** -pairs[:, :1], (examples / self._units[1]) ** -pairs[:, 1:]
        terms = np.stack([np.ones_like(x), x, y])
        gram = np.stack([[weights @ (one * other).T for other in terms] for one in terms])
        sides = np.stack([weights @ (one * losses).T for one in terms])
        factors, gains = _best_factors(gram, sides)
        rows, best = np.arange(len(counts)), gains.argmax(axis=1)
        return np.column_stack([factors[:, rows, best].T, pairs[best]])


def _best_factors(gram: np.ndarray, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The factors >= 0 that solve least squares best, (3, ...), and by how much they lower the sum of squares.

    The best has some factors at zero and solves the normal equations in the others, so that all choices are tried.
    """
    factors, gains = np.zeros_like(sides), np.full(sides.shape[1:], -np.inf)
    for terms in TERMS:
        chosen = np.ix_(terms, terms)
        matrix, side = np.moveaxis(gram[chosen], (0, 1), (-2, -1)), np.moveaxis(sides[list(terms)], 0, -1)[..., None]
        size = np.eye(len(terms)) * 1e-12 * np.trace(matrix, axis1=-2, axis2=-1)[..., None, None]
        found = np.moveaxis(np.linalg.solve(matrix + size, side)[..., 0], -1, 0)
        gain = (found * sides[list(terms)]).sum(axis=0)
        better = (found >= 0).all(axis=0) & (gain > gains)
        gains = np.where(better, gain, gains)
        whole = np.zeros_like(factors)
        whole[list(terms)] = found
        factors = np.where(better, whole, factors)
    return factors, gains


def _bootstrap(runs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How often each of `runs`, (2, n), is taken, (DRAWS, n): sizes with amounts of data are drawn, then their runs."""
    cells, groups = np.unique(runs, axis=1, return_inverse=True)
    n_cells = cells.shape[1]
    times = rng.multinomial(n_cells, np.full(n_cells, 1 / n_cells), DRAWS)
    counts = np.zeros((DRAWS, runs.shape[1]))
    for cell in range(n_cells):
        own = np.flatnonzero(groups.ravel() == cell)
        counts[:, own] = rng.multinomial(times[:, cell] * len(own), np.full(len(own), 1 / len(own)))
    return counts


def _gain(best: np.ndarray, draws: np.ndarray) -> Gain:
    low, high = np.percentile(draws, INTERVAL)
    return Gain(float(best[0]), float(low), float(high))


def _around(exponents: np.ndarray, best: float) -> np.ndarray:
    """A finer grid between the neighbours of the best exponent."""
    place = int(np.abs(exponents - best).argmin())
    return np.geomspace(exponents[max(place - 1, 0)], exponents[min(place + 1, len(exponents) - 1)], FINER)


def _check(runs: np.ndarray) -> None:
    if not (np.isfinite(runs).all() and (runs > 0).all()):
        raise ConfigError(_("A law needs sizes, examples and losses that are positive and finite."))
    if any(len(np.unique(each)) < FEWEST for each in runs[:2]):
        raise ConfigError(_("A law of size and data needs runs of at least three sizes and three amounts of data."))
