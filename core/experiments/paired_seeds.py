"""Two settings compared over several seeds, each seed once for both."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.experiments.paired_verdict import paired_verdict
from core.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Generator

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool, RunFuture
    from core.experiments.paired_verdict import PairedVerdict
    from core.runs.recorded_columns import RecordedColumns


@dataclass(frozen=True)
class Pair:
    """What both settings recorded with one seed: the same data, first weights and order of examples."""

    seed: int
    first: RecordedColumns
    second: RecordedColumns
    diverged: tuple[bool, bool]


@dataclass(frozen=True)
class SeedComparison:
    """The pairs that are finished, and what they tell.

    Attributes:
        pairs: In the order of their seeds.
        diverged: How many runs of the first and of the second setting ended without a finite loss. Such runs have no
            difference and are left out of the verdict, which stays open while there are any.
        verdict: Of the differences in the loss at the end, where less is better.
    """

    pairs: tuple[Pair, ...]
    diverged: tuple[int, int]
    verdict: PairedVerdict

    @property
    def is_decided(self) -> bool:
        """True if more pairs would not change what is said."""
        return self.verdict.answer != "open" and self.diverged == (0, 0)

    def sentence(self, first: str, second: str) -> str:
        """The verdict in words, with the names of the two settings."""
        if self.diverged == (0, 0):
            return self.verdict.sentence(first, second)
        return " ".join(
            ngettext("{name} diverged in one of {runs} runs.", "{name} diverged in {count} of {runs} runs.", count,
                     name=name, count=count, runs=len(self.pairs))
            for name, count in zip((first, second), self.diverged, strict=True) if count
        )  # fmt: skip


def compare_seeds(
    first: TrainingConfig, second: TrainingConfig, pool: EnginePool, planned: int = 8, margin: float | None = None
) -> Generator[SeedComparison]:
    """Trains both settings with the seeds `first.seed`, `first.seed + 1`, ... and yields what is known after each.

    The comparison may be stopped after any of them, by leaving the loop: its verdict is as honest as at the end (see
    `paired_verdict`, which also explains `planned` and `margin`). What was submitted and has not begun is cancelled
    then, and what trains is stopped.

    Raises:
        TrainingError: A run failed; the sentence says why.
    """
    seeds = range(first.seed, first.seed + planned)
    futures = [(pool.submit(first.replace(seed=seed)), pool.submit(second.replace(seed=seed))) for seed in seeds]
    try:
        pairs: tuple[Pair, ...] = ()
        for seed, (one, other) in zip(seeds, futures, strict=True):
            pairs += (_pair(seed, one, other),)
            yield _comparison(pairs, planned, margin)
    finally:
        _stop([future for both in futures for future in both])


def decide(
    first: TrainingConfig, second: TrainingConfig, pool: EnginePool, planned: int = 8, margin: float | None = None
) -> SeedComparison:
    """The comparison when it is decided or all `planned` pairs are through; takes what `compare_seeds` takes."""
    with closing(compare_seeds(first, second, pool, planned, margin)) as comparisons:
        comparison = next(comparisons)
        while not comparison.is_decided and len(comparison.pairs) < planned:
            comparison = next(comparisons)
        return comparison


def loss_at_the_end(recorded: RecordedColumns) -> float:
    """The last validation loss of a model, the last loss of a surface; nan if nothing is recorded."""
    name = "validation_loss" if "validation_loss" in recorded else "loss"
    return float(recorded[name][-1]) if name in recorded and len(recorded[name]) else math.nan


def _pair(seed: int, first: RunFuture, second: RunFuture) -> Pair:
    return Pair(seed, first.result(), second.result(), (first.diverged, second.diverged))


def _comparison(pairs: tuple[Pair, ...], planned: int, margin: float | None) -> SeedComparison:
    first, second = (sum(pair.diverged[side] for pair in pairs) for side in range(2))
    differences = [
        loss_at_the_end(pair.first) - loss_at_the_end(pair.second) for pair in pairs if not any(pair.diverged)
    ]
    return SeedComparison(pairs, (first, second), paired_verdict(differences, planned, margin))


def _stop(futures: list[RunFuture]) -> None:
    for future in futures:
        future.stop()
