"""Bytes, operations and times as a person reads them."""

from __future__ import annotations

from core.config.training_config import format_number
from widgets.number_text import duration, significant

BYTE_UNITS = ("bytes", "kB", "MB", "GB", "TB")
COUNT_UNITS = ("", "thousand", "million", "billion", "trillion")


def bytes_text(count: float | None) -> str:
    """A size in powers of 1000: "512 bytes", "5.93 kB", "1.21 GB"; "–" for None."""
    return _scaled(count, BYTE_UNITS)


def count_text(count: float | None) -> str:
    """A count in words from ten thousands on: "9 999", "31.4 thousand", "1.21 billion"; "–" for None."""
    return format_number(int(count)) if count is not None and count < 10_000 else _scaled(count, COUNT_UNITS)


def milliseconds(seconds: float | None) -> str:
    """A short time: "0.412 ms", "31.0 ms"; "–" for None."""
    return "–" if seconds is None else f"{significant(1000 * seconds, 3)}\u00a0ms"


def time_text(seconds: float | None) -> str:
    """A time a person waits, rounded up to whole seconds below two minutes; "–" for None."""
    return "–" if seconds is None else duration(seconds)


def _scaled(count: float | None, units: tuple[str, ...]) -> str:
    if count is None:
        return "–"
    power = 0
    while round(count) >= 1000 and power < len(units) - 1:
        count, power = count / 1000, power + 1
    number = format_number(round(count)) if power == 0 or count >= 100 else significant(count, 3)
    return f"{number}\u00a0{units[power]}".rstrip()
