"""The values of one setting that a sweep tries, read from what a person types."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.config.relevance import relevant_fields
from core.config.settings import FIELDS
from core.field import ConfigError
from core.language import _, shown
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.training_config import TrainingConfig
    from core.field import Value

WIDE = 30.0  # times the lower end: a wider range is taken by powers
MOST_VALUES = 50  # in a list
LONGEST = 400  # characters of a text
FROM_TO = re.compile(r"^(.+?)\s*(?:\.\.+|…|–|—|~|\bto\b|到|至)\s*(.+)$")
BETWEEN = re.compile(r"[;；、\s]+|[,，]\s+")  # not every comma: 0,01 is a number
NOT_SWEPT = frozenset({"problem", "points"})


@dataclass(frozen=True)
class SettingRange:
    """What one setting is given: listed `values`, or any number from `low` to `high`, by powers where `is_log`."""

    name: str
    values: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_log: bool = False

    @property
    def is_list(self) -> bool:
        """True if its values are listed."""
        return bool(self.values)

    @property
    def is_whole(self) -> bool:
        """True if only whole numbers are legal."""
        return FIELDS[self.name].kind == "int"

    def spread(self, count: int) -> tuple[Value, ...]:
        """At most `count` values from one end to the other, evenly; those of a list are all of it."""
        if self.is_list:
            return self.values
        even = (np.geomspace if self.is_log else np.linspace)(self.low, self.high, max(count, 1))
        if self.is_whole:
            return tuple(dict.fromkeys(round(float(value)) for value in even))
        return tuple(float(f"{value:.6g}") for value in even)


def sweepable(config: TrainingConfig) -> tuple[str, ...]:
    """The names of the settings that can be swept where `config` is trained, in the order of the table of settings."""
    known = relevant_fields(config) - NOT_SWEPT
    return tuple(name for name in FIELDS if name in known)


def read_range(name: str, text: str) -> SettingRange:
    """The range that `text` means: "0.001 to 1", "0.001..1", or a list, "0.01; 0.1; 1", "sgd, adam".

    >>> read_range("learning_rate", "0.001 to 1").is_log, read_range("batch_size", "8; 32").values
    (True, (8, 32))

    Raises:
        ConfigError: It cannot be read, or has a value that is not legal; the sentence says why.
    """
    field, text = FIELDS[name], text.strip()[:LONGEST]
    if not text:
        raise ConfigError(_("{label} needs a range such as 1 to 10, or a list.", label=field.label))
    ends = FROM_TO.match(text)
    if field.kind != "choice" and ends is not None:
        return _between(name, ends[1], ends[2])
    parts = [part for part in BETWEEN.split(text) if part]
    values = tuple(dict.fromkeys(_value(name, part) for part in parts))
    if len(values) < 2:
        raise ConfigError(_("{label} needs at least two values.", label=field.label))
    if len(values) > MOST_VALUES:
        raise ConfigError(_("{label} has more than {most} values.", label=field.label, most=MOST_VALUES))
    return SettingRange(name, values)


def _between(name: str, first: str, last: str) -> SettingRange:
    field = FIELDS[name]
    low, high = field.parse(first), field.parse(last)
    if not isinstance(low, int | float) or not isinstance(high, int | float) or not low < high:
        raise ConfigError(_("{label} needs a range that rises, such as 1 to 10.", label=field.label))
    return SettingRange(name, low=low, high=high, is_log=low > 0 and high / low >= WIDE)


def _value(name: str, text: str) -> Value:
    """The value that `text` means; of a choice the name or the label, in any case."""
    field = FIELDS[name]
    if field.kind == "choice":
        named = {shown(label).casefold(): value for label, value in field.options}
        return field.parse(named.get(text.casefold(), text.casefold()))
    return field.parse(text)


def suggested_text(name: str, config: TrainingConfig) -> str:
    """A range around the value that `config` has, as a person would type it."""
    field, value = FIELDS[name], getattr(config, name)
    if field.kind == "choice":
        return "; ".join(field.choices[:6])
    if not isinstance(value, int | float) or value <= 0:
        low, high = field.slider_range
        return f"{_typed(low)} .. {_typed(high)}"
    factor = 10.0 if name == "learning_rate" else 2.0
    low, high = max(value / factor, field.low), min(value * factor, field.high)
    if field.kind == "int":
        low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    return f"{_typed(low)} .. {_typed(high)}"


def _typed(value: float) -> str:
    return format_number(float(f"{value:.5g}"))


def grid(ranges: Sequence[SettingRange], budget: int) -> list[dict[str, Value]]:
    """All combinations of evenly spread values, at most `budget`.

    Raises:
        ConfigError: The lists alone have more combinations.
    """
    listed = math.prod(len(each.values) for each in ranges if each.is_list)
    free = [each for each in ranges if not each.is_list]
    if listed * 2 ** len(free) > budget:
        needed = listed * 2 ** len(free)
        raise ConfigError(_("This grid needs at least {needed} runs.", needed=format_number(needed)))
    count = math.floor((budget / listed) ** (1 / len(free)) + 1e-9) if free else 1
    points: list[dict[str, Value]] = [{}]
    for each in ranges:
        points = [{**point, each.name: value} for point in points for value in each.spread(count)]
    return points
