"""Numbers as a person reads them."""

from __future__ import annotations

import math


def significant(value: float | None, digits: int = 4) -> str:
    """`value` to `digits` significant digits with a true minus: "0.1180", "−6.90e−4"; "–" for None."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else ("−∞" if value < 0 else "not a number")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if value == 0 or -3 <= power <= digits:
        return f"{value:.{max(digits - 1 - power, 0)}f}".replace("-", "−")
    return f"{float(mantissa):.{max(digits - 2, 0)}f}e{power}".replace("-", "−")


def duration(seconds: float) -> str:
    """A time left: "9 s", "3 min", "2 h", "5 days"."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{math.ceil(seconds)} s"
