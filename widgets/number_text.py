"""Numbers as a person reads them."""

from __future__ import annotations

import math


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
