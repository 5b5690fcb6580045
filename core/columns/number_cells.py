r"""The cells of a column as numbers, whichever way people write them.

Thousands may be grouped by points, commas, blanks or apostrophes, decimals begin with a point or a comma, and a
currency, a percent sign or the brackets of accounting may stand around. A cell with one sign and three digits behind
it may be two numbers; how it is read depends on the other cells of its column, and after that on other columns.

>>> found = number_cells(["1.000", "2,5", "-", "CHF 1'250.50"])
>>> found.point, found.comma, found.doubtful
(1, 1, 1)
>>> found.values(["1.000", "2,5", "-"], comma=True).tolist()
[1000.0, 2.5, nan]
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.columns.bulk_numbers import numbers_at_once, plain_numbers_in
from core.columns.cell_parsing import is_missing
from core.number_parsing import CURRENCY_SIGNS, LONGEST_NUMBER, western_signs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST_NUMBER = 1e30  # beyond it squares would leave the range of float32 arithmetic
LOOKED_AT = 300  # different cells that decide whether the rest is worth reading
FEWEST_NUMBERS = 0.5  # of those

_SYMBOL = (
    rf"(?:[A-Z]{{0,3}}[{CURRENCY_SIGNS}]|Rs\.?|R\$|[kK]r\.?|zł|Kč|Ft|元|円"
    r"|USD|EUR|GBP|CHF|JPY|CNY|RMB|SEK|NOK|DKK|PLN|CZK|INR)"
)
_DRESSED = re.compile(
    rf"{_SYMBOL}?(?P<open>\()?\s*(?P<sign>[+-])?\s*{_SYMBOL}?\s*(?P<inner>[+-])?\s*"
    rf"(?P<digits>[\d.,][\d.,' ]*?)(?P<power>[eE][+-]?\d+)?\s*(?:[%‰]|{_SYMBOL})?\s*(?P<close>\))?(?P<after>-)?"
)
_SPACED = re.compile(r"(\d{1,3}(?:([ '])\d{3})(?:\2\d{3})*)(?:([.,])(\d*))?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3}")  # the second as in India
_FIRST = tuple("+-.,(0123456789" + CURRENCY_SIGNS)
_FIRST_LETTERS = frozenset("RkKzFUEGCJSNDPIHA元円")
_INFINITE = {"inf": 1.0, "infinity": 1.0, "+inf": 1.0, "+infinity": 1.0, "-inf": -1.0, "-infinity": -1.0}
_DOUBTFUL_PLAIN = re.compile(r"\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*")


class Reading(NamedTuple):
    """A cell's number: `mark` is the sign that begins decimals, "" where none tells; `other` is what it may be too."""

    number: float
    mark: str = ""
    other: float | None = None


@dataclass(frozen=True)
class NumberCells:
    """The readings of a column's different cells before doubtful ones are decided.

    `plain` holds the numbers where Python reads each cell by itself, None elsewhere. `words` are cells that are
    neither numbers nor missing, with their counts. `point` and `comma` count the cells in which that sign can only
    begin decimals, `doubtful` those with one sign and three digits behind it; `example` is one of them.
    """

    filled: int
    plain: np.ndarray | None = None
    readings: dict[str, Reading | None] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)
    point: int = 0
    comma: int = 0
    doubtful: int = 0
    example: str = ""

    @property
    def share(self) -> float:
        """The share of numbers among the cells that are not missing."""
        return (self.filled - self.words.total()) / self.filled if self.filled else 0.0

    def values(self, cells: Sequence[str], comma: bool) -> np.ndarray:
        """The numbers of `cells`, float64 (n,), nan for missing ones and words.

        Args:
            cells: the column's cells.
            comma: whether decimals begin with a comma where a cell leaves it open.
        """
        if self.plain is not None and not (comma and self.doubtful):
            return self.plain
        known = {cell: _decided(reading, comma) for cell, reading in self.readings.items()}
        return np.array([known.get(cell, math.nan) for cell in cells], np.float64)


def number_cells(cells: Sequence[str]) -> NumberCells:
    """The cells of a column as far as they are numbers; a column of words is not read to its end."""
    plain = plain_numbers_in(cells)
    if plain is not None:
        return _plain_cells(cells, plain)
    counts = Counter(cells)
    if len(counts) <= LOOKED_AT:
        return _read(counts)
    if not _worth_reading([*counts][:LOOKED_AT]):
        return NumberCells(len(cells), words=Counter({"": len(cells)}))
    return _read_at_once(cells) or _read(counts)


def _read_at_once(cells: Sequence[str]) -> NumberCells | None:
    stripped = [cell if cell[:1].isdigit() else "" if is_missing(cell) else cell.strip() for cell in cells]
    found = numbers_at_once(stripped)
    if found is None:
        return None
    values = np.array(found[0], np.float64)
    filled = int(np.count_nonzero(~np.isnan(values)))
    return NumberCells(filled, values, point=int(found[1] == "."), comma=int(found[1] == ","))


def _plain_cells(cells: Sequence[str], plain: list[float]) -> NumberCells:
    values = np.array(plain, np.float64)
    filled = int(np.count_nonzero(~np.isnan(values)))
    dotted = [cell for cell in cells if "." in cell]
    certain = next((cell for cell in dotted if not _DOUBTFUL_PLAIN.fullmatch(cell)), None)
    if certain is not None or not dotted:
        return NumberCells(filled, values, point=int(certain is not None))
    read = _read(Counter(cells))
    return replace(read, plain=values)


def _worth_reading(cells: Sequence[str]) -> bool:
    known = [cell for cell in cells if not is_missing(cell)]
    return sum(reading_of(cell) is not None for cell in known) >= FEWEST_NUMBERS * len(known)


def _read(counts: Counter[str]) -> NumberCells:
    readings: dict[str, Reading | None] = {}
    words: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    filled, example = 0, ""
    for cell, count in counts.items():
        if is_missing(cell):
            continue
        filled += count
        reading = readings[cell] = reading_of(cell)
        if reading is None:
            words[cell.strip()] += count
        elif reading.other is not None:
            marks["doubtful"] += count
            example = example or cell.strip()
        else:
            marks[reading.mark] += count
    if marks["doubtful"]:
        marks[_mark_by_company(readings)] += 1
    return NumberCells(filled, None, readings, words, marks["."], marks[","], marks["doubtful"], example)


def _mark_by_company(readings: Mapping[str, Reading | None]) -> str:
    """The sign that begins decimals where other cells of the column tell: "" where they do not.

    Thousands without a sign mean that signs begin decimals. Hundreds without one, beside "4.000" and not "4", mean
    that they group thousands.
    """
    cells = {cell: reading for cell, reading in readings.items() if reading is not None}
    mark = next(reading.mark for reading in cells.values() if reading.other is not None)
    whole = [abs(reading.number) for reading in cells.values() if not reading.mark and reading.other is None]
    if any(number >= 1000 for number in whole):
        return mark
    padded = any(reading.other is not None and cell.strip().endswith("0") for cell, reading in cells.items())
    return _other(mark) if padded and any(whole) else ""


def _decided(reading: Reading | None, comma: bool) -> float:
    if reading is None:
        return math.nan
    if reading.other is None:
        return reading.number
    return reading.number if (reading.mark == ",") == comma else reading.other


def reading_of(cell: str) -> Reading | None:
    """The number that a cell says, None if it says none.

    For a cell such as "1,000" the number is what it is if the sign begins decimals, and `other` if it groups
    thousands.

    >>> reading_of("(1.234,50 €)"), reading_of("1,000")
    (Reading(number=-1234.5, mark=',', other=None), Reading(number=1.0, mark=',', other=1000.0))
    """
    if len(cell) > LONGEST_NUMBER:
        return None
    text = (cell if cell.isascii() else western_signs(cell).replace("’", "'")).strip()
    if not text.startswith(_FIRST) and text[:1] not in _FIRST_LETTERS:  # a word, as most cells of large files are
        return _infinite(text)
    match = _DRESSED.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return _infinite(text)
    reading = _digits(match["digits"].strip(), match["power"] or "")
    negative = "-" in (match["sign"], match["inner"], match["after"]) or bool(match["open"])
    if reading is None or not negative:
        return reading
    return Reading(-reading.number, reading.mark, None if reading.other is None else -reading.other)


def _infinite(text: str) -> Reading | None:
    sign = _INFINITE.get(text.lower())
    return None if sign is None else Reading(sign * math.inf)


def _digits(digits: str, power: str) -> Reading | None:
    spaced = _SPACED.fullmatch(digits)
    if spaced:
        whole = spaced[1].replace(spaced[2], "")
        return Reading(float(f"{whole}.{spaced[4] or '0'}{power}"), spaced[3] or "")
    points, commas = digits.count("."), digits.count(",")
    if " " in digits or "'" in digits or not any(map(str.isdigit, digits)):
        return None
    if not points and not commas:
        return Reading(float(digits + power))
    if points and commas:
        return _with_both(digits, power)
    mark = "." if points else ","
    if points + commas > 1:
        grouped = _GROUPED.fullmatch(digits)
        return Reading(float(digits.replace(mark, "") + power), _other(mark)) if grouped else None
    decimal = Reading(float(digits.replace(",", ".") + power), mark)
    if power or not _GROUPED.fullmatch(digits):
        return decimal
    return Reading(decimal.number, mark, float(digits.replace(mark, "")))


def _with_both(digits: str, power: str) -> Reading | None:
    """The number with both signs: the last one begins the decimals, the other groups thousands."""
    mark = "." if digits.rfind(".") > digits.rfind(",") else ","
    whole, _mark, fraction = digits.rpartition(mark)
    if mark in whole or not _GROUPED.fullmatch(whole):
        return None
    return Reading(float(f"{whole.replace(_other(mark), '')}.{fraction or '0'}{power}"), mark)


def _other(mark: str) -> str:
    return "," if mark == "." else "."
