"""The law of model size, measured: runs of growing size train, and the law foretells the next larger one first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.config.settings import FIELDS
from core.laws.foretelling import Foretold, graded
from core.laws.power_law import FEWEST_SIZES, ScalingLaw

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool, RunFuture
    from core.laws.foretelling import GradedRun
    from core.runs.recorded_columns import RecordedColumns

RATE_FACTORS = (1 / 9, 1 / 3, 1.0, 3.0, 9.0)  # tried at each size
SHARE_OF_A_RATE_TEST = 0.2  # of the epochs, one at least


@dataclass(frozen=True)
class SizeRung:
    """One size, finished.

    Attributes:
        size: The parameters asked for.
        learning_rate: The best of the size's own rate test: with one rate for all, the law would be one of the rate.
        losses: The lowest validation loss of each seed, (seeds,); inf for a run that diverged.
        law: What all sizes up to here tell; None before there are three.
        graded: How the law of the sizes before had foretold each seed's run; empty before there was one.
    """

    size: int
    learning_rate: float
    losses: tuple[float, ...]
    law: ScalingLaw | None
    graded: tuple[GradedRun, ...]


def measure_size_law(
    config: TrainingConfig,
    sizes: Sequence[int],
    pool: EnginePool,
    seeds: int = 3,
    rate_factors: Sequence[float] = RATE_FACTORS,
) -> Generator[SizeRung]:
    """Trains models of `sizes` parameters, the smallest first, with `seeds` seeds each, and yields each when finished.

    From the fourth size on, its losses are foretold by the law of the smaller ones, and graded. Leaving the loop
    stops what trains. Each size's own rate is the best of `rate_factors` times the config's.

    Raises:
        TrainingError: A run failed; the sentence says why.
    """
    seen: list[tuple[int, float]] = []
    for size in sorted(set(sizes)):
        sized = config.replace(size=size, width=None, depth=None)
        rate = best_rate(sized, rate_factors, pool)
        runs = [sized.replace(learning_rate=rate, seed=config.seed + i) for i in range(seeds)]
        losses = tuple(lowest_losses(runs, pool))
        law = _law(seen)
        foretold = None if law is None else Foretold(size, law.predict(size), law.deviation(size))
        seen += [(size, loss) for loss in losses if math.isfinite(loss)]
        yield SizeRung(size, rate, losses, _law(seen), tuple(graded(foretold, runs, losses)))


def best_rate(config: TrainingConfig, factors: Sequence[float], pool: EnginePool) -> float:
    """The rate among multiples of the config's with the lowest validation loss after a fraction of the epochs."""
    short = config.replace(epochs=max(1, round(SHARE_OF_A_RATE_TEST * config.epochs)))
    legal = FIELDS["learning_rate"]
    rates = sorted({min(max(factor * config.learning_rate, legal.low), legal.high) for factor in factors})
    losses = lowest_losses([short.replace(learning_rate=rate) for rate in rates], pool)
    return rates[int(np.argmin(losses))]


def lowest_losses(configs: Sequence[TrainingConfig], pool: EnginePool) -> list[float]:
    """The lowest validation loss of a run of each config, inf for one that diverged; all that trains stops on leaving.

    Raises:
        TrainingError: A run failed; the sentence says why.
    """
    futures = [pool.submit(config) for config in configs]
    try:
        return [_lowest(future, future.result()) for future in futures]
    finally:
        for future in futures:
            future.stop()


def _lowest(future: RunFuture, recorded: RecordedColumns) -> float:
    if future.diverged or not len(recorded.get("validation_loss", ())):
        return math.inf
    return float(np.nanmin(recorded["validation_loss"]))


def _law(seen: Sequence[tuple[int, float]]) -> ScalingLaw | None:
    if len({size for size, _loss in seen}) < FEWEST_SIZES:
        return None
    sizes, losses = zip(*seen, strict=True)
    return ScalingLaw(sizes, losses)
