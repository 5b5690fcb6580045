r"""Numbers as text: the forms that messages, notes and links share.

>>> format_number(12345.5), rounded(12345.5), rounded(-0.0123456), shortest(1e-5)
('12345.5', '12\xa0300', '−0.0123', '1e-5')
"""

from __future__ import annotations

import math
from decimal import Decimal

LARGEST_IN_FULL = 1e9  # a rounded number from here on has a power of ten


def format_number(number: int | float) -> str:
    r"""Return `number` as people write and type it, in full from 0.000001 up, its thousands apart by no-break spaces.

    >>> [format_number(n) for n in (12345, 0.5, 0.00002, 1e-12)]
    ['12\xa0345', '0.5', '0.00002', '1e-12']
    """
    if number == int(number):
        return f"{int(number):,}".replace(",", "\u00a0")
    if abs(number) < 1e-6:
        return shortest(number)
    return format(Decimal(repr(float(number))), "f")


def rounded(number: int | float, digits: int = 3) -> str:
    """Return `number` to at most `digits` significant digits, for sentences, with a true minus.

    >>> [rounded(n) for n in (0.0123456, -2.5, 6.02214e23, float("inf"))]
    ['0.0123', '−2.5', '6.02e23', '∞']
    """
    if math.isnan(number):
        return "–"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    text = f"{number:.{digits}g}"
    if abs(number) >= LARGEST_IN_FULL:
        return true_minus(text.replace("e+0", "e").replace("e+", "e"))
    return true_minus(format_number(float(text)))


def shortest(number: int | float) -> str:
    """Return the shortest text that reads back as exactly this number, for links.

    >>> shortest(10.0), shortest(0.5), shortest(1e-5)
    ('10', '0.5', '1e-5')
    """
    return repr(number).removesuffix(".0").replace("e-0", "e-")


def true_minus(text: str) -> str:
    """A number's text with the minus sign of typesetting in place of hyphens."""
    return text.replace("-", "−")
