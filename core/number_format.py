r"""Numbers as text: the forms that messages, notes and links share.

>>> format_number(12345.5), rounded(12345.5), rounded(-0.0123456), shortest(1e-5)
('12345.5', '12\xa0300', '−0.0123', '1e-5')
"""

from __future__ import annotations

import math
from decimal import Decimal


def format_number(number: int | float) -> str:
    """The number in full as people write and type it: 0.000001, 10, 1e-12, 1 000 (with a no-break space)."""
    if number == int(number):
        return f"{int(number):,}".replace(",", "\u00a0")
    if abs(number) < 1e-6:
        return shortest(number)
    return format(Decimal(repr(float(number))), "f")


def rounded(number: int | float, digits: int = 3) -> str:
    """The number to `digits` significant digits, for sentences: 0.0123, −2.5, 12 300, ∞; with a true minus."""
    if math.isnan(number):
        return "–"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    return true_minus(format_number(float(f"{number:.{digits}g}")))


def shortest(number: int | float) -> str:
    """The shortest text that reads back as exactly this number, for links: 10, 0.5, 1e-5."""
    return repr(number).removesuffix(".0").replace("e-0", "e-")


def true_minus(text: str) -> str:
    """A number's text with the minus sign of typesetting in place of hyphens."""
    return text.replace("-", "−")
