"""Numbers, amounts, times and metrics as a person reads them."""

from __future__ import annotations

import math

from core.number_format import format_number


def significant(value: float | None, digits: int = 4) -> str:
    """`value` to `digits` significant digits with a true minus: "0.1180", "−12.35"; "–" for None.

    Below a thousandth and from ten thousands on, a power of ten takes the place of one digit: "−6.90e−4".
    """
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else ("−∞" if value < 0 else "not a number")
    value += 0.0  # turns -0.0 into 0.0
    power = int(f"{value:.{digits - 1}e}".split("e")[1])
    if -3 <= power <= digits:
        return f"{value:.{max(digits - 1 - power, 0)}f}".replace("-", "−")
    mantissa, exponent = f"{value:.{max(digits - 2, 0)}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def duration(seconds: float) -> str:
    """A time left: "9 s", "3 min", "2 h", "5 days"."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{math.ceil(seconds)} s"


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


def metric_text(value: float | None, metric: str) -> str:
    """An accuracy in percent ("97.2 %"), R2 and perplexity to three digits; "–" for None."""
    if value is None or metric != "accuracy" or not math.isfinite(value):
        return significant(value, 3)
    return f"{100 * value:.1f}\u00a0%"
