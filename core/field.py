"""One setting of a run: its name, its range, and how text or numbers from anywhere become its value.

What is typed into a box or found in a link is read here, once, and refused here with a `ConfigError`
whose message is a sentence for the person at the page.
"""

import math
import re
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal

from core.number_format import format_number

Value = int | float | str | None

LONGEST_NUMBER = 100  # characters; an exact double needs at most 24, and long ones take long to read
LONGEST_QUOTE = 40  # characters of a visitor's own text that a message repeats

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([ \u00a0\u2009\u202f]\d{3})+(\.\d*)?", re.ASCII)
_SPACES = re.compile(r"[ \u00a0\u2009\u202f]")


class ConfigError(ValueError):
    """A setting that cannot be used; the message is one plain sentence for a visitor, as text, not HTML."""


@dataclass(frozen=True)
class Field:
    """One setting: what it is called, which values are legal, and whether it applies to a run in progress.

    `live` settings reach the next step of the run; the others are structural and start a new run.
    A setting whose default is None is optional: None leaves the choice to the problem, and `empty` says so
    in the empty box.
    `low` and `high` are inclusive. Sliders may show less than what is legal: see `slider_range`.
    """

    name: str
    label: str
    default: Value
    kind: Literal["int", "float", "choice"]
    low: float = 0.0
    high: float = 0.0
    scale: Literal["linear", "log"] = "linear"
    unit: str = ""
    live: bool = False
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()  # (label, value), as a menu shows them
    slider_low: float | None = None
    slider_high: float | None = None
    empty: str = "default"

    @property
    def choices(self) -> tuple[str, ...]:
        """The legal values of a choice, in the order of its menu; empty for numbers."""
        return tuple(value for _, value in self.options)

    @property
    def optional(self) -> bool:
        """Whether None (or an empty text) is a legal value."""
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

        Numbers may be text: "1e-3", "0.5", "1 000". Raises ConfigError for everything else: booleans,
        nan, infinities, lists, text that is no number, fractions where a whole number is needed, and
        values out of range.
        """
        if self.optional and (value is None or (isinstance(value, str) and not value.strip())):
            return None
        if self.kind == "choice":
            return self._parse_choice(value)
        number = self._parse_number(value)
        self._check_range(number, value)
        if self.kind == "int":
            return self._parse_whole(number)
        return float(number) + 0.0  # turns -0.0 into 0.0, so that equal configs have equal links

    def _parse_choice(self, value: object) -> str:
        if isinstance(value, str) and value in self.choices:
            return str(value)
        raise ConfigError(f"{self.label} must be one of {', '.join(self.choices)}.")

    def _parse_number(self, value: object) -> int | float:
        not_a_number = ConfigError(f"{self.label} must be a number.")
        if isinstance(value, str):
            return _number_in(value, not_a_number)
        if isinstance(value, bool) or not isinstance(value, Real):
            raise not_a_number
        if isinstance(value, Integral):
            return int(value)  # exact, and comparable however huge; float() would overflow
        try:
            number = float(value)
        except OverflowError:  # a fraction beyond every float
            raise not_a_number from None
        if not math.isfinite(number):
            raise not_a_number
        return number

    def _check_range(self, number: int | float, typed: object) -> None:
        if self.low <= number <= self.high:
            return
        fault = "large" if number > self.high else "small"
        limits = f"{self.label} must be between {format_number(self.low)} and {format_number(self.high)}"
        raise ConfigError(f"{limits}; {_quoted(number, typed)} is too {fault}.")

    def _parse_whole(self, number: int | float) -> int:
        if number != int(number):
            raise ConfigError(f"{self.label} must be a whole number; {format_number(number)} is not.")
        return int(number)


def _number_in(text: str, not_a_number: ConfigError) -> int | float:
    text = text.strip()
    if _THOUSANDS.fullmatch(text):
        text = _SPACES.sub("", text)
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise not_a_number
    return float(text)


def _quoted(number: int | float, typed: object) -> str:
    """The refused number as a message may repeat it: short, and never a page of digits."""
    if isinstance(typed, str):
        text = typed.strip()  # it has been read as a number: only digits, signs, spaces, a point and an e
    elif abs(number) < 1e300:
        text = format_number(number)
    else:
        text = ""  # str() of a whole number with thousands of digits raises
    return text if 0 < len(text) <= LONGEST_QUOTE else "the given value"
