"""Numbers as text: the forms that messages, notes and links share."""

from __future__ import annotations

from decimal import Decimal


def format_number(number: int | float) -> str:
    """The number as people write it: 0.000001, 10, 1e-12, 1 000 (with a no-break space)."""
    if number == int(number):
        return f"{int(number):,}".replace(",", "\u00a0")
    if abs(number) < 1e-6:
        return shortest(number)
    return format(Decimal(repr(float(number))), "f")


def shortest(number: int | float) -> str:
    """The shortest text that reads back as exactly this number: 10, 0.5, 1e-5."""
    return repr(number).removesuffix(".0").replace("e-0", "e-")
