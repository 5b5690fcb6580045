"""The law of size and data while it is measured: models of growing size train on growing amounts of data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.experiments.size_data_law import FEWEST, SizeDataLaw
from core.experiments.size_law import RATE_FACTORS, best_rate, lowest_losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.experiments.size_data_law import MarginalGains

FAN_POINTS = 24  # sizes at which the law is drawn


@dataclass(frozen=True)
class GridCell:
    """The runs of one size on one amount of data: their lowest validation losses, inf for one that diverged."""

    size: int
    examples: int
    losses: tuple[float, ...]


@dataclass(frozen=True)
class LawCurve:
    """The law at `sizes`, (k,), for one amount of data: its losses, (k,), and the interval of each, (2, k)."""

    examples: int
    sizes: np.ndarray
    losses: np.ndarray
    interval: np.ndarray


@dataclass(frozen=True)
class GridProgress:
    """What has trained, and what the law of it says; `curves` is empty and the rest None before there is one.

    Attributes:
        gains: What the budget would gain over the largest model on the most data, spent on either.
        best_split: The factors of size and of data with which the law spends that budget best.
    """

    cells: tuple[GridCell, ...]
    law: SizeDataLaw | None = None
    curves: tuple[LawCurve, ...] = ()
    gains: MarginalGains | None = None
    best_split: tuple[float, float] | None = None


def measure_size_data_law(
    config: TrainingConfig, sizes: Sequence[int], amounts: Sequence[int], pool: EnginePool, seeds: int, budget: float
) -> Iterator[GridProgress]:
    """Trains models of `sizes` parameters on `amounts` of examples, and yields what is known after each pair of both.

    Each size has the best rate of a small test on the middle amount. All train for the config's epochs, so that a run
    costs in proportion to both. `budget` is the compute of the next run in multiples of the largest of these.

    Raises:
        TrainingError: A run failed; the sentence says why.
    """
    cells: tuple[GridCell, ...] = ()
    for size in sizes:
        sized = config.replace(size=size, width=None, depth=None)
        rate = best_rate(sized.replace(examples=amounts[len(amounts) // 2]), RATE_FACTORS, pool)
        for examples in amounts:
            fed = sized.replace(examples=examples, learning_rate=rate)
            losses = lowest_losses([fed.replace(seed=config.seed + i) for i in range(seeds)], pool)
            cells += (GridCell(size, examples, tuple(losses)),)
            yield _said(cells, sizes, amounts, budget)


def _said(cells: tuple[GridCell, ...], sizes: Sequence[int], amounts: Sequence[int], budget: float) -> GridProgress:
    runs = [(cell.size, cell.examples, loss) for cell in cells for loss in cell.losses if 0 < loss < math.inf]
    n, d, losses = zip(*runs, strict=True) if runs else ((), (), ())
    if min(len(set(n)), len(set(d))) < FEWEST:
        return GridProgress(cells)
    law = SizeDataLaw(n, d, losses)
    drawn = np.geomspace(sizes[0], sizes[-1] * budget, FAN_POINTS)
    curves = tuple(_curve(law, drawn, examples) for examples in amounts)
    largest = sizes[-1], amounts[-1]
    return GridProgress(cells, law, curves, law.marginal_gains(*largest, budget), law.best_split(*largest, budget))


def _curve(law: SizeDataLaw, sizes: np.ndarray, examples: int) -> LawCurve:
    losses = np.array([law.predict(size, examples) for size in sizes])
    return LawCurve(examples, sizes, losses, np.array([law.fan(size, examples) for size in sizes]).T)
