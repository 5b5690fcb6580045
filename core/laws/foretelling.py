"""What a law foretells of runs that have not trained yet, and its grade once they have; the running score of these."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.store.predictions import Grade, Prediction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.training_config import TrainingConfig
    from core.store.predictions import Law
    from core.store.run_store import RunStore


@dataclass(frozen=True)
class Foretold:
    """The loss that a law foretells, and the standard deviation of that.

    Attributes:
        size: The parameters of the model that has not trained yet.
        loss, deviation: What is foretold, for each seed alike.
        examples: On how many examples it is to train; None for a law of size alone.
    """

    size: int
    loss: float
    deviation: float
    examples: int | None = None


@dataclass(frozen=True)
class GradedRun:
    """A run that was foretold before it trained, and the grade of that."""

    config: TrainingConfig
    grade: Grade


def graded(foretold: Foretold | None, configs: Sequence[TrainingConfig], losses: Sequence[float]) -> list[GradedRun]:
    """The grades of `foretold` by the runs of `configs`, without those that diverged; none if nothing was foretold."""
    if foretold is None:
        return []
    return [
        GradedRun(config, Grade(foretold.loss, foretold.deviation, loss))
        for config, loss in zip(configs, losses, strict=True)
        if math.isfinite(loss)
    ]


def keep_grades(store: RunStore, law: Law, runs: Iterable[GradedRun]) -> None:
    """Keeps how a law has foretold `runs`, for the running score."""
    store.predictions.add(Prediction(law, run.config.to_query(), run.grade) for run in runs)
