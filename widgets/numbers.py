"""Numbers as a person reads them."""

from __future__ import annotations

import math


def significant(value: float | None, digits: int = 4) -> str:
    """`value` to `digits` significant digits with a true minus: "0.1180", "−6.90e−4"; "–" for None."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else ("−∞" if value < 0 else "not a number")
    if value != 0 and not 1e-3 <= abs(value) < 10.0 ** (digits + 1):
        text = f"{value:.{max(digits - 2, 0)}e}"
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    decimals = digits - 1 - (math.floor(math.log10(abs(value))) if value else 0)
    return f"{value:.{min(max(decimals, 0), 2 + digits)}f}".replace("-", "−")


def duration(seconds: float) -> str:
    """A time left: "9 s", "3 min", "2 h", "5 days"."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{math.ceil(seconds)} s"
