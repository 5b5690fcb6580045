"""What tells a run from the others of its problem, in few words: the settings in which they differ."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from core.config.relevance import (
    FIELDS_OF_FAMILY,
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    FIELDS_OF_PRUNING,
    FIELDS_OF_SCHEDULE,
)
from core.config.training_config import FIELDS
from core.language import _, shown
from core.number_format import format_number
from core.optimizers.pruning import PRUNING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIRST = ("family", "optimizer", "learning_rate", "size", "batch_size")  # to be named before all others
NEVER = frozenset({"problem", "points"})
MOST_NAMED = 2  # settings in a title


def differing(settings: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The first settings in which runs of one problem differ, at most `MOST_NAMED`; a seed comes last.

    >>> differing([{"optimizer": "sgd", "learning_rate": 0.1}, {"optimizer": "adam", "learning_rate": 0.1}])
    ('optimizer',)
    """
    order = [*FIRST, *(name for name in FIELDS if name not in FIRST and name != "seed"), "seed"]
    found = [name for name in order if name not in NEVER and len({each.get(name) for each in settings}) > 1]
    return tuple(found[:MOST_NAMED])


def in_words(settings: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The values of `names` in words, without those that mean nothing in a run of these `settings`."""
    known = _relevant(*(str(settings.get(name)) for name in ("problem", "family", "optimizer", "schedule")))
    of_pruning = FIELDS_OF_PRUNING.get(str(settings.get(PRUNING.name)), ())
    return [_named(name, settings.get(name)) for name in names if name in known or name in of_pruning]


def _named(name: str, value: Any) -> str:
    field = FIELDS[name]
    if field.kind == "choice":
        return value_text(name, value)
    return _("{label} {value}", label=shown(field.label), value=value_text(name, value))


def value_text(name: str, value: Any) -> str:
    """The value of the setting `name` in words."""
    field = FIELDS.get(name)
    if value is None:
        return "" if field is None else shown(field.empty)
    if field is not None and field.kind == "choice":
        return shown(next((label for label, choice in field.options if choice == value), str(value)))
    return format_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@cache
def _relevant(problem: str, family: str, optimizer: str, schedule: str) -> frozenset[str]:
    """The names of the settings that mean something, also in a run of another version."""
    of_problem = FIELDS_OF_PROBLEM.get(problem, ())
    of_model = (*FIELDS_OF_FAMILY.get(family, ()), *FIELDS_OF_SCHEDULE.get(schedule, ()))
    shared = {"optimizer", "epochs", *of_problem, *FIELDS_OF_OPTIMIZER.get(optimizer, ())}
    return frozenset(shared | set(of_model if "family" in of_problem else ()))
