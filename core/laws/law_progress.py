"""The law of model size while it is measured: what has trained, what the law says, and what it foretells next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.laws.foretelling import Foretold
from core.laws.size_law import RATE_FACTORS, measure_size_law

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.laws.power_law import ScalingLaw
    from core.laws.size_law import SizeRung

FAN_POINTS = 40  # sizes at which the fan is drawn
BEYOND = 2.0  # times the next size, the end of the fan
RUNS_OF_A_RATE_TEST = len(RATE_FACTORS)


@dataclass(frozen=True)
class LawFan:
    """The law at `sizes`, (k,): its losses, (k,), and the percentiles of its bootstrap, (5, k)."""

    sizes: np.ndarray
    losses: np.ndarray
    percentiles: np.ndarray


@dataclass(frozen=True)
class LawProgress:
    """The sizes that have trained, and what their law says; None where it says nothing yet."""

    rungs: tuple[SizeRung, ...]
    fan: LawFan | None
    foretold: Foretold | None

    @property
    def law(self) -> ScalingLaw | None:
        """The law of all sizes up to now; None before there are three."""
        return self.rungs[-1].law if self.rungs else None


def climb(config: TrainingConfig, sizes: Sequence[int], pool: EnginePool, seeds: int) -> Iterator[LawProgress]:
    """Trains models of `sizes` parameters, as `measure_size_law`, and yields what is known after each.

    The size after the last of `sizes`, by the same ratio, is foretold too.
    """
    growth = sizes[-1] / sizes[-2]
    nexts = [*sizes[1:], round(sizes[-1] * growth)]
    rungs: tuple[SizeRung, ...] = ()
    for rung in measure_size_law(config, sizes, pool, seeds):
        rungs += (rung,)
        coming = nexts[len(rungs) - 1]
        yield LawProgress(rungs, *(_said(rung.law, sizes[0], coming) if rung.law else (None, None)))


def _said(law: ScalingLaw, smallest: int, coming: int) -> tuple[LawFan, Foretold]:
    sizes = np.geomspace(smallest, BEYOND * coming, FAN_POINTS)
    fan = np.array([law.fan(size) for size in sizes]).T
    losses = np.array([law.predict(size) for size in sizes])
    return LawFan(sizes, losses, fan), Foretold(coming, law.predict(coming), law.deviation(coming))
