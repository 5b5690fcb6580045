"""Numbers, amounts, times and metrics as a person reads them, in the language in use."""

from __future__ import annotations

import math

from core.language import _, ngettext
from core.metric import metric as facts
from core.number_format import format_number, true_minus

UNKNOWN = "–"


def significant(value: float | None, digits: int = 4) -> str:
    """`value` to `digits` significant digits with a true minus; "–" for None.

    Below a thousandth and from ten thousands on, a power of ten takes the place of one digit.

    >>> significant(0.118), significant(-12.345), significant(-6.9e-4)
    ('0.1180', '−12.35', '−6.90e−4')
    """
    if value is None:
        return UNKNOWN
    if not math.isfinite(value):
        return "∞" if value > 0 else ("−∞" if value < 0 else _("not a number"))
    value += 0.0  # turns -0.0 into 0.0
    power = int(f"{value:.{digits - 1}e}".split("e")[1])
    if -3 <= power <= digits:
        return true_minus(f"{value:.{max(digits - 1 - power, 0)}f}")
    mantissa, exponent = f"{value:.{max(digits - 2, 0)}e}".split("e")
    return true_minus(f"{mantissa}e{int(exponent)}")


def ratio(value: float, digits: int) -> str:
    """A ratio of two amounts to `digits` significant digits, as a whole number from a hundred on."""
    return format_number(round(value)) if value >= 100 else significant(value, digits)


def percent(share: float, digits: int = 1) -> str:
    """`share` of 1 in percent, with `digits` decimals.

    >>> percent(0.9722) == "97.2\N{NO-BREAK SPACE}%"
    True
    """
    return f"{100 * share:.{digits}f}\u00a0%"


def duration(seconds: float) -> str:
    """A time left, in the largest unit of which there are two: "9 s", "3 min", "2 h", "5 days"."""
    if seconds >= 2 * 86400:
        days = round(seconds / 86400)
        return ngettext("{count} day", "{count} days", days)
    if seconds >= 2 * 3600:
        return _("{count} h", count=round(seconds / 3600))
    if seconds >= 2 * 60:
        return _("{count} min", count=round(seconds / 60))
    return _("{count} s", count=math.ceil(seconds))


def time_text(seconds: float | None) -> str:
    """A time that a person waits, as `duration` writes it; "–" for None."""
    return UNKNOWN if seconds is None else duration(seconds)


def milliseconds(seconds: float | None) -> str:
    """A short time: "0.412 ms", "31.0 ms"; "–" for None."""
    return UNKNOWN if seconds is None else _("{number}\u00a0ms", number=significant(1000 * seconds, 3))


def bytes_text(count: float | None) -> str:
    """A size in powers of 1000: "512 bytes", "5.93 kB", "1.21 GB"; "–" for None."""
    if count is None:
        return UNKNOWN
    number, power = _scaled(count)
    if power == 0:
        return ngettext("{number}\u00a0byte", "{number}\u00a0bytes", round(count), number=number)
    return f"{number}\u00a0{('kB', 'MB', 'GB', 'TB')[power - 1]}"


def count_text(count: float | None) -> str:
    """A count in words from ten thousands on: "9 999", "31.4 thousand", "1.21 billion"; "–" for None."""
    if count is None:
        return UNKNOWN
    if count < 10_000:
        return format_number(int(count))
    number, power = _scaled(count)
    texts = (
        _("{number}\u00a0thousand", number=number),
        _("{number}\u00a0million", number=number),
        _("{number}\u00a0billion", number=number),
        _("{number}\u00a0trillion", number=number),
    )
    return texts[power - 1]


def metric_text(value: float | None, metric: str) -> str:
    """A metric that is a share in percent ("97.2 %"), others to three digits; "–" for None."""
    if value is None or not facts(metric).is_share or not math.isfinite(value):
        return significant(value, 3)
    return percent(value)


def _scaled(count: float) -> tuple[str, int]:
    """`count` in the largest power of 1000 up to 1000**4 of which there is one, to three digits, and that power."""
    power = 0
    while round(count) >= 1000 and power < 4:
        count, power = count / 1000, power + 1
    return format_number(round(count)) if power == 0 or count >= 100 else significant(count, 3), power
