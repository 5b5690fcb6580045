"""A trial of a sweep: its settings, and what has become of them."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.field import Value

State = Literal["waiting", "training", "finished", "pruned", "diverged", "failed", "stopped"]
OVER: frozenset[State] = frozenset({"finished", "pruned", "diverged", "failed", "stopped"})


@dataclass(frozen=True)
class Trial:
    """A trial as it stands; replaced as a whole when there is news.

    Attributes:
        number: Counts the trials of a sweep, from 0 on.
        settings: The values that the sweep gave to what it varies.
        config: All settings.
        state: What has become of it.
        loss: The validation loss of a model, the loss of a surface, the newest that is known; nan before the first.
        began, ended: In unix seconds; 0 before that.
        run: The id of the kept run; "" before it is kept.
        error: Why it failed, in a sentence.
        curve: What is known of the loss on the way, as (share of the run, loss).
        repeats: The number of the trial that it repeats with another seed; None for all others.
    """

    number: int
    settings: Mapping[str, Value]
    config: TrainingConfig
    state: State = "waiting"
    loss: float = math.nan
    began: float = 0.0
    ended: float = 0.0
    run: str = ""
    error: str = ""
    curve: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    repeats: int | None = None

    @property
    def is_over(self) -> bool:
        """True if nothing more becomes of it."""
        return self.state in OVER

    @property
    def counts(self) -> bool:
        """True if it was trained to its end with a finite loss."""
        return self.state == "finished" and math.isfinite(self.loss)


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The finished trial with the lowest loss, repeats left out; None before one is finished."""
    return min((t for t in trials if t.counts and t.repeats is None), key=lambda t: t.loss, default=None)


def seed_noise_of(trials: Sequence[Trial]) -> float | None:
    """The standard deviation of the loss of the trial that was repeated, over its seeds; None before that."""
    repeats = [trial for trial in trials if trial.repeats is not None and trial.counts]
    if not repeats:
        return None
    first = trials[repeats[0].repeats or 0]
    return statistics.stdev([first.loss, *(trial.loss for trial in repeats)])
