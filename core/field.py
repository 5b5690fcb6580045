"""One setting of a run: its name, its range, and how text or numbers from anywhere become its value.

What is typed into a box or found in a link is read here, once, and refused here with a `ConfigError`
whose message is a sentence for the person at the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_parsing import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value = int | float | str | None

LONGEST_QUOTE = 40  # characters of a visitor's own text that a message repeats


class ConfigError(ValueError):
    """A refusal; the message is one plain sentence for a visitor, as text, not HTML."""

    @property
    def sentence(self) -> str:
        """The message in the language in use; `str` has it in the language in which it was raised."""
        return shown(self.args[0])


@dataclass(frozen=True)
class Field:
    """One setting: what it is called, which values are legal, and whether it applies to a run in progress.

    `live` settings reach the next step of the run; the others are structural and start a new run.
    A setting whose default is None is optional: None leaves the choice to the problem, and `empty` says so
    in the empty box.
    `low` and `high` are inclusive. Sliders may show less than what is legal: see `slider_range`.
    `label`, `help`, `empty`, `words` and the labels of `options` and `groups` are texts to be translated; `symbol` is
    the LaTeX by which formulas call it.
    """

    name: str
    label: str
    default: Value
    kind: Literal["int", "float", "choice", "text"]
    low: float = 0.0
    high: float = 0.0
    scale: Literal["linear", "log"] = "linear"
    unit: str = ""
    live: bool = False
    help: str = ""
    advice: str = ""
    options: tuple[tuple[str, str], ...] = ()  # (label, value), as a menu shows them
    groups: tuple[tuple[str, int], ...] = ()  # of these options in their order: (label, how many)
    words: tuple[str, ...] = ()  # by which each of these options is looked for, beside its label
    slider_low: float | None = None
    slider_high: float | None = None
    empty: str = N_("default")
    symbol: str = ""
    read: Callable[[str], str] | None = None  # of a text: returns it in its plain form, or raises ConfigError

    @property
    def choices(self) -> tuple[str, ...]:
        """The legal values of a choice, in the order of its menu; empty for numbers."""
        return tuple(value for _label, value in self.options)

    @property
    def optional(self) -> bool:
        """True if None (or an empty text) is a legal value."""
        return self.default is None

    @property
    def slider_range(self) -> tuple[float, float]:
        """The lowest and highest value a slider should offer; exact values outside it may still be typed."""
        return (
            self.low if self.slider_low is None else self.slider_low,
            self.high if self.slider_high is None else self.slider_high,
        )

    def parse(self, value: object) -> Value:
        """The setting's value as int, float or str (None if optional), whatever type it came in as.

        Numbers may be text in any form that `core.number_parsing` reads: "1e-3", "0,5", "1 000", "０．５".

        Raises:
            ConfigError: for everything else: booleans, nan, infinities, lists, text that is no number or that
                may be two ("1,000"), fractions where a whole number is needed, and values out of range.
        """
        if self.optional and (value is None or (isinstance(value, str) and not value.strip())):
            return None
        if self.kind == "choice":
            return self._parse_choice(value)
        if self.read is not None:
            return self._parse_own_text(value, self.read)
        number = self._parse_number(value)
        self._check_range(number, value)
        if self.kind == "int":
            return self._parse_whole(number)
        return float(number) + 0.0  # turns -0.0 into 0.0, so that equal configs have equal links

    def _parse_choice(self, value: object) -> str:
        if isinstance(value, str) and value in self.choices:
            return str(value)
        raise ConfigError(_("{label} must be one of {names}.", label=self.label, names=", ".join(self.choices)))

    def _parse_own_text(self, value: object, read: Callable[[str], str]) -> str:
        if isinstance(value, str):
            return read(value)
        raise ConfigError(_("{label} must be a text.", label=self.label))

    def _parse_number(self, value: object) -> int | float:
        if isinstance(value, str):
            return self._parse_text(value)
        if isinstance(value, bool) or not isinstance(value, Real):
            raise self._not_a_number()
        if isinstance(value, Integral):
            return int(value)  # exact, and comparable however huge; float() would overflow
        try:
            number = float(value)
        except OverflowError:  # a fraction beyond every float
            raise self._not_a_number() from None
        if not math.isfinite(number):
            raise self._not_a_number()
        return number

    def _parse_text(self, text: str) -> float:
        match readings(text):
            case (number,):
                return number
            case (first, second):
                numbers = {"first": format_number(first), "second": format_number(second)}
                raise ConfigError(
                    _("{label} may be {first} or {second}; write one of these.", label=self.label, **numbers)
                )
        raise self._not_a_number()

    def _not_a_number(self) -> ConfigError:
        return ConfigError(_("{label} must be a number.", label=self.label))

    def _check_range(self, number: int | float, typed: object) -> None:
        if self.low <= number <= self.high:
            return
        words = {"label": self.label, "low": format_number(self.low), "high": format_number(self.high)}
        given = _quoted(number, typed)
        if number > self.high:
            raise ConfigError(
                _("{label} must be between {low} and {high}; {given} is too large.", given=given, **words)
            )
        raise ConfigError(_("{label} must be between {low} and {high}; {given} is too small.", given=given, **words))

    def _parse_whole(self, number: int | float) -> int:
        if number != int(number):
            number_text = format_number(number)
            raise ConfigError(
                _("{label} must be a whole number; {number} is not.", label=self.label, number=number_text)
            )
        return int(number)


def each_once(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The `fields` in the order in which they first appear, as several entries of a registry may share one.

    Raises:
        ValueError: if two different fields have one name.
    """
    found: dict[str, Field] = {}
    for field in fields:
        if found.setdefault(field.name, field) != field:
            raise ValueError(f"two different settings are called {field.name}")
    return tuple(found.values())


def _quoted(number: int | float, typed: object) -> str:
    """The refused number as a message may repeat it: short, and never a page of digits."""
    if isinstance(typed, str):
        text = typed.strip()  # it has been read as a number: only digits, signs, spaces, marks and an e
    elif abs(number) < 1e300:
        text = format_number(number)
    else:
        text = ""  # str() of a whole number with thousands of digits raises
    return text if 0 < len(text) <= LONGEST_QUOTE else _("the given value")
