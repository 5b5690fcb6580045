"""The levers of a model's performance, each with what it bought and cost in the runs that were kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.metric import metric
from core.number_text import count_text
from core.optimizers.registry import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.store.kept_run import KeptRun

OF_STRUCTURE = frozenset({"family", "size", "width", "depth", "activation", "dropout", "normalization", "l1", "l2"})
OF_DATA = frozenset({"examples"})
OF_TRAINING = frozenset({"optimizer", "schedule", "clip_norm", "batch_size"}).union(
    *({setting.name for setting in optimizer.hyperparameters} for optimizer in OPTIMIZERS.values())
)
LEVERS = {"structure": OF_STRUCTURE, "data": OF_DATA, "optimizer": OF_TRAINING}  # the settings that move each
IGNORED = frozenset({"seed"})


@dataclass(frozen=True)
class Bought:
    """What one lever bought between two runs that differ in nothing else.

    Attributes:
        lever: Its name, a key of `LEVERS`.
        before, after: The runs, the one with the better metric last.
        gained: By how much the validation metric is better; above 0.
        seconds: How much longer the better one trained; negative if shorter.
        settings: The settings in which they differ, with both values as they stand.
    """

    lever: str
    before: KeptRun
    after: KeptRun
    gained: float
    seconds: float
    settings: tuple[tuple[str, str, str], ...]


def levers(runs: Sequence[KeptRun]) -> list[Bought]:
    """For each lever the pair of runs of one problem between which it bought most, among those that have a metric."""
    judged = [  # what a branch is worth was bought by its parents too
        run for run in runs
        if run.validation_metric is not None and run.state != "diverged" and run.parent_step is None
    ]  # fmt: skip
    found: dict[str, Bought] = {}
    for first in judged:
        for second in judged:
            bought = _between(first, second)
            if bought is not None and (bought.lever not in found or bought.gained > found[bought.lever].gained):
                found[bought.lever] = bought
    return [found[name] for name in LEVERS if name in found]


def _between(first: KeptRun, second: KeptRun) -> Bought | None:
    """What `second` has over `first`; None if it is not better, or no single lever lies between them."""
    one, other = first.settings, second.settings
    if one.get("problem") != other.get("problem") or first.metric != second.metric:
        return None
    differing = _differing(one, other)
    lever = next((name for name, settings in LEVERS.items() if differing and differing <= settings), None)
    rise = (second.validation_metric or 0.0) - (first.validation_metric or 0.0)
    gained = -rise if metric(second.metric).falls else rise
    if lever is None or gained <= 0:
        return None
    said = tuple((name, _text(one.get(name)), _text(other.get(name))) for name in sorted(differing))
    return Bought(lever, first, second, gained, second.seconds - first.seconds, said)


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)} - IGNORED


def _text(value: object) -> str:
    return count_text(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
