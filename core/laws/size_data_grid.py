"""The law of size and data while it is measured: models of growing size train on growing amounts of data.

As soon as there is a law it foretells each next pair of both before that trains, and is graded. At the end it foretells
what a larger model and what more data would bring, beyond all that it has seen; then both train.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.laws.foretelling import Foretold, graded
from core.laws.size_data_law import FEWEST, SizeDataLaw
from core.laws.size_law import RATE_FACTORS, best_rate, lowest_losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.laws.foretelling import GradedRun
    from core.laws.size_data_law import MarginalGains
    from core.laws.size_data_plan import SizeDataPlan

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
        foretold: The pairs that train now or next, with what the law of all before them says.
        graded: The runs that were foretold before they trained.
    """

    cells: tuple[GridCell, ...] = ()
    law: SizeDataLaw | None = None
    curves: tuple[LawCurve, ...] = ()
    gains: MarginalGains | None = None
    best_split: tuple[float, float] | None = None
    foretold: tuple[Foretold, ...] = ()
    graded: tuple[GradedRun, ...] = ()


def measure_size_data_law(plan: SizeDataPlan, pool: EnginePool) -> Iterator[GridProgress]:
    """Trains what `plan` asks for, and yields what is known after each pair, and what is foretold before the next.

    Each size has the best rate of a small test on the middle amount. All train for the config's epochs, so that a run
    costs in proportion to both, and are judged by the same held-out examples of their seed.

    Raises:
        TrainingError: A run failed; the sentence says why.
    """
    progress = GridProgress()
    rates: dict[int, float] = {}
    pairs = [(size, examples) for size in plan.sizes for examples in plan.amounts]
    for batch in (*([pair] for pair in pairs), list(plan.checks)):
        for pair in batch:
            _tested_rate(plan, pair[0], rates, pool)
        progress = replace(progress, foretold=tuple(_foretold(progress.law, *pair) for pair in batch if progress.law))
        yield progress
        for size, examples in batch:
            progress = _with_cell(progress, plan, _configs(plan, size, examples, rates[size]), pool)
            yield progress


def _tested_rate(plan: SizeDataPlan, size: int, rates: dict[int, float], pool: EnginePool) -> None:
    """Finds the rate of a size that has none yet."""
    if size not in rates:
        sized = plan.config.replace(size=size, width=None, depth=None)
        rates[size] = best_rate(sized.replace(train_examples=plan.amounts[len(plan.amounts) // 2]), RATE_FACTORS, pool)


def _configs(plan: SizeDataPlan, size: int, examples: int, rate: float) -> list[TrainingConfig]:
    """The runs of one pair, one for each seed."""
    fed = plan.config.replace(size=size, width=None, depth=None, train_examples=examples, learning_rate=rate)
    return [fed.replace(seed=plan.config.seed + place) for place in range(plan.seeds)]


def _with_cell(
    progress: GridProgress, plan: SizeDataPlan, configs: Sequence[TrainingConfig], pool: EnginePool
) -> GridProgress:
    """`progress` once the runs of `configs`, which differ in their seeds alone, have trained."""
    size, examples = configs[0].size, configs[0].train_examples or 0
    losses = tuple(lowest_losses(configs, pool))
    mine = next((each for each in progress.foretold if (each.size, each.examples) == (size, examples)), None)
    said = _said((*progress.cells, GridCell(size, examples, losses)), plan)
    still = tuple(each for each in progress.foretold if each is not mine)
    return replace(said, foretold=still, graded=(*progress.graded, *graded(mine, configs, losses)))


def _foretold(law: SizeDataLaw, size: int, examples: int) -> Foretold:
    return Foretold(size, law.predict(size, examples), law.deviation(size, examples), examples)


def _said(cells: tuple[GridCell, ...], plan: SizeDataPlan) -> GridProgress:
    runs = [(cell.size, cell.examples, loss) for cell in cells for loss in cell.losses if 0 < loss < math.inf]
    n, d, losses = zip(*runs, strict=True) if runs else ((), (), ())
    if min(len(set(n)), len(set(d))) < FEWEST:
        return GridProgress(cells)
    law = SizeDataLaw(n, d, losses)
    largest, budget = (plan.sizes[-1], plan.amounts[-1]), plan.budget
    drawn = np.geomspace(plan.sizes[0], plan.sizes[-1] * budget, FAN_POINTS)
    curves = tuple(_curve(law, drawn, examples) for examples in plan.all_amounts)
    return GridProgress(cells, law, curves, law.marginal_gains(*largest, budget), law.best_split(*largest, budget))


def _curve(law: SizeDataLaw, sizes: np.ndarray, examples: int) -> LawCurve:
    losses = np.array([law.predict(size, examples) for size in sizes])
    return LawCurve(examples, sizes, losses, np.array([law.fan(size, examples) for size in sizes]).T)
