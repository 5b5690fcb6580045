"""The cells of a column as dates and times, and the numbers that a model can learn from them.

>>> found = date_cells(["31.01.2024", "29.02.2024", ""])
>>> found.times.astype("datetime64[D]").tolist()
[datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), None]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.columns.cell_parsing import is_missing
from core.columns.month_names import month_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOSTLY = 0.95  # of the filled cells have to be dates
LOOKED_AT = 100  # different cells that decide whether the rest is worth reading
EARLIEST, LATEST = 1500, 2200  # years
SHORT_YEAR = 30  # two digits from here on are of the last century, as spreadsheets take them: 65 may be a birth

_RUN_TOGETHER_CLOCK = r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:(?P<half>[AaPp]\.?[Mm]\.?)|Uhr|h)?"
)
_ZONE = r"(?:\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_THEN = rf"(?:[T\s,:]+{_CLOCK}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
_WORD_MONTH = r"(?P<name>[^\W\d_]{3,10})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_OF = r"(?:\s+de)?"  # 3 de mayo de 2020
_PATTERNS = (
    re.compile(rf"(?P<year>\d{{4}})[-/.年]\s?(?P<month>\d{{1,2}})(?:[-/.月]\s?(?P<day>\d{{1,2}})[日.]?)?月?{_THEN}"),
    re.compile(
        rf"(?P<first>\d{{1,2}})(?P<between>[-/.])\s?(?P<second_part>\d{{1,2}})[-/.]\s?(?P<year>\d{{4}}|\d{{2}})\.?{_THEN}"
    ),
    re.compile(rf"{_WEEKDAY}{_DAY}{_OF}[-/ .]*{_WORD_MONTH}{_OF}[-/ ,]*{_YEAR}{_THEN}"),
    re.compile(rf"{_WEEKDAY}{_WORD_MONTH}[-/ ]+{_DAY}[-/ ,]+(?P<year>\d{{4}}){_THEN}"),
    re.compile(rf"{_WORD_MONTH}(?:[-/ ]+(?P<year>\d{{4}})|[-'’](?P<short_year>\d{{2}}))"),
    re.compile(r"(?P<year>\d{4})[- ]?(?:[Qq](?P<quarter>[1-4])|M(?P<month>\d{2}))"),
    re.compile(rf"{_CLOCK}"),
    re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _RUN_TOGETHER_CLOCK),
    re.compile(rf"{_WEEKDAY}{_WORD_MONTH} +{_DAY} +{_CLOCK} *(?:[A-Z]{{3,4}} +)?(?P<year>\d{{4}})"),  # as C prints it
    re.compile(rf"(?P<year>\d{{4}})[-/ ]{_WORD_MONTH}[-/ ]{_DAY}{_THEN}"),
    re.compile(rf"(?P<year>\d{{4}}) (?P<month>\d{{1,2}}) (?P<day>\d{{1,2}}){_THEN}"),
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T_ -]" + _RUN_TOGETHER_CLOCK + "Z?"),
    re.compile(r"(?P<year>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?"),
)
_TIME_ALONE = 6  # the pattern of a time of day
_RUN_TOGETHER = 7  # the pattern of eight digits or more, which may be a number
Order = Literal["day first", "month first", "either"]


@dataclass(frozen=True)
class DateCells:
    """The dates of a column: `times` datetime64[s] (n,), NaT for missing ones.

    `clock` says that they are times of day, counted from 1970-01-01. `order` is "either" where no cell tells day and
    month apart; then they are read day first if points separate them, else month first. `short_years` says that the
    years have two digits, which are read as 1930 to 2029.
    """

    times: np.ndarray
    clock: bool = False
    order: Order | None = None
    short_years: bool = False


def date_cells(cells: Sequence[str], may_be_numbers: bool = True) -> DateCells | None:
    """The cells as dates, None if they are not: 95 % of those that hold anything have to be, in one form.

    Args:
        cells: the column's cells.
        may_be_numbers: whether "20240131" is a date.
    """
    different = dict.fromkeys(cells)
    seen = list(islice((cell for cell in different if not is_missing(cell)), LOOKED_AT))
    for number, pattern in enumerate(_PATTERNS):
        if number == _RUN_TOGETHER and not may_be_numbers:
            continue
        if seen and _fits(pattern, seen):
            filled = [cell for cell in different if not is_missing(cell)]
            found = _in_pattern(cells, filled, pattern, number == _TIME_ALONE)
            if found is not None:
                return found
    return None


def _fits(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    """True if all but a few cells are of the pattern; it is soon seen that words are not."""
    misses_left = int((1 - MOSTLY) * len(cells) + 1e-9)
    for cell in cells:
        if not pattern.fullmatch(cell.strip()):
            misses_left -= 1
            if misses_left < 0:
                return False
    return True


def _in_pattern(
    cells: Sequence[str], different: Sequence[str], pattern: re.Pattern[str], clock: bool
) -> DateCells | None:
    matches = {cell: match for cell in different if (match := pattern.fullmatch(cell.strip()))}
    order = _order(matches) if "second_part" in pattern.groupindex else None
    read = {cell: text for cell, match in matches.items() if (text := _iso(match, order))}
    if sum(map(read.__contains__, different)) < MOSTLY * len(different):
        return None
    times = np.array([read.get(cell, "NaT") for cell in cells], "datetime64[s]")
    return DateCells(times, clock, order, any(map(_has_short_year, matches.values())))


def _has_short_year(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    return len(parts.get("year") or parts.get("short_year") or "1970") == 2


def _order(matches: Mapping[str, re.Match[str]]) -> Order:
    firsts = {int(match["first"]) for match in matches.values()}
    seconds = {int(match["second_part"]) for match in matches.values()}
    if max(firsts) > 12:
        return "day first"
    return "month first" if max(seconds) > 12 else "either"


def _iso(match: re.Match[str], order: Order | None) -> str | None:
    """The date as NumPy reads it, None if there is no such day."""
    parts = match.groupdict()
    day, month = parts.get("day") or "1", parts.get("month") or "1"
    if order is not None:
        day_first = order == "day first" or (order == "either" and parts["between"] == ".")
        day, month = (parts["first"], parts["second_part"]) if day_first else (parts["second_part"], parts["first"])
    if parts.get("name"):
        month = str(month_named(str(parts["name"])) or 0)
    if parts.get("week"):
        return _of_week(int(str(parts["year"])), int(str(parts["week"])), int(parts["weekday"] or 1))
    if parts.get("quarter"):
        month = str(3 * int(str(parts["quarter"])) - 2)
    return _checked(
        _full_year(parts.get("year") or parts.get("short_year") or "1970"), int(month or 0), int(day), _clock_of(parts)
    )


def _checked(year: int, month: int, day: int, clock: str | None) -> str | None:
    text = f"{year:04}-{month:02}-{day:02}"
    if clock is None or not (EARLIEST <= year <= LATEST and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    if day > 28:
        try:
            np.datetime64(text, "D")
        except ValueError:
            return None
    return text + clock


def _of_week(year: int, week: int, weekday: int) -> str | None:
    try:
        return date.fromisocalendar(year, week, weekday).isoformat()
    except ValueError:
        return None


def _clock_of(parts: Mapping[str, str | None]) -> str | None:
    """The time of day as "T18:05:00", "" without one, None if there is no such time."""
    if not parts.get("hour"):
        return ""
    hour, minute, second = int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts["second"] or 0)
    half = (parts.get("half") or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"T{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= SHORT_YEAR else 2000)


def date_features(found: DateCells) -> dict[str, np.ndarray]:
    """The numbers of a date column that vary, float64 (n,) each, nan where the date is missing.

    "days" since the first date carry a trend; "month", "day" of the month, "weekday" (Monday is 0) and "hour" carry
    what comes again. A time of day has its hour alone.
    """
    times, known = found.times, ~np.isnat(found.times)
    days = times.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day_numbers = days.astype(np.int64)
    parts = {
        "days": day_numbers - day_numbers[known].min(initial=np.iinfo(np.int64).max),
        "month": months.astype(np.int64) % 12 + 1,
        "day": (days - months).astype(np.int64) + 1,
        "weekday": (day_numbers + 3) % 7,
        "hour": (times - days).astype(np.int64) / 3600,
    }
    wanted = ("hour",) if found.clock else tuple(parts)
    numbers = {part: np.where(known, parts[part], np.nan) for part in wanted}
    return {part: values for part, values in numbers.items() if len(np.unique(values[known])) > 1}
