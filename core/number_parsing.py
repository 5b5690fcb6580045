r"""Numbers in text that people type or bring: one reading for settings and for the cells of tables.

Full-width digits, a true minus and every kind of space count as what they look like. Thousands may be grouped by
spaces, or by whichever of point and comma does not begin the decimals:

    >>> number_in("\u22120.5"), number_in("１ ０００"), number_in("1,000.5"), number_in("1e-3")
    (-0.5, 1000.0, 1000.5, 0.001)
    >>> number_in("1.000,5", decimal_comma=True)
    1000.5
"""

from __future__ import annotations

import re

LONGEST_NUMBER = 100  # characters; an exact double needs at most 24, and long ones take long to read
CURRENCY_SIGNS = "$€£¥₹₽₩₺₫₴₪฿"

_FULL_WIDTH = "０１２３４５６７８９＋－．，ｅＥ％（）＄￡￥￦"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip(_FULL_WIDTH, "0123456789+-.,eE%()$£¥₩", strict=True)),
        **dict.fromkeys(_SPACES, " "),
        "\u2212": "-",  # the minus sign of typesetting
        "\u3002": ".",  # the full stop that a Chinese keyboard gives
    }
)
_FIRST = tuple("+-.,0123456789")
_EXPONENT = r"([eE][+-]?\d+)?"
_POINT = re.compile(
    rf"[+-]?(\d+\.?\d*|\.\d+){_EXPONENT}|[+-]?[1-9]\d{{0,2}}([ ,])\d{{3}}(\3\d{{3}})*(\.\d*)?", re.ASCII
)
_COMMA = re.compile(rf"[+-]?(\d+,\d*|,\d+){_EXPONENT}|[+-]?[1-9]\d{{0,2}}([ .])\d{{3}}(\3\d{{3}})*,\d*", re.ASCII)
_GROUPED_BY_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){2,}", re.ASCII)


def number_in(text: str, decimal_comma: bool = False) -> float | None:
    """The number that `text` says, infinite if no float is as large; None if it says none.

    With `decimal_comma`, "1,5" is 1.5 and "1,000" is 1, otherwise the comma groups thousands: "1,000" is 1000 and
    "1,5" no number. A single point begins decimals either way: "1.000" is 1. Python's own spellings "1_000", "0x10",
    "inf" and "nan" are no numbers, nor are the digits of scripts other than the full-width ones.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    plain = (text if text.isascii() else western_signs(text)).strip()
    if not plain.startswith(_FIRST):  # a word, as most cells of large files are: three times as fast
        return None
    if decimal_comma and _COMMA.fullmatch(plain):
        return float(plain.replace(" ", "").replace(".", "").replace(",", "."))
    if _POINT.fullmatch(plain):
        return float(plain.replace(" ", "").replace(",", ""))
    if decimal_comma and _GROUPED_BY_POINTS.fullmatch(plain):
        return float(plain.replace(".", ""))
    return None


def western_signs(text: str) -> str:
    """`text` with western digits, signs and blanks in place of all that look like them.

    >>> western_signs("−１．５ ％")
    '-1.5 %'
    """
    return text.translate(_LOOK_ALIKES)


def readings(text: str) -> tuple[float, ...]:
    """The numbers that `text` may mean: none, one, or two where its comma may group thousands or begin decimals.

    >>> readings("0,01"), readings("1,000,000"), readings("1,000"), readings("soon")
    ((0.01,), (1000000.0,), (1000.0, 1.0), ())
    """
    both = (number_in(text), number_in(text, decimal_comma=True))
    return tuple(dict.fromkeys(number for number in both if number is not None))
