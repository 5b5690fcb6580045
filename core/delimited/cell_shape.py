"""The shape of a cell: a number, a date, nothing or a word; enough to tell rows of data from names and titles."""

from __future__ import annotations

import re
from typing import Literal

from core.number_parsing import CURRENCY_SIGNS, western_signs

Shape = Literal["number", "date", "nothing", "word"]

LONGEST_SHAPED = 40  # characters; a longer cell is a word, and looking at it would cost time

_NOTHING = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "\\n", "?", "-", "--", ".", "…", "none", "nil"}
    | {"n.a.", "n.d.", "k.a.", "#div/0!", "#value!", "#ref!", "#num!", "missing"}
)
_NUMBER = re.compile(
    rf"[(+\-−]?\s*[{CURRENCY_SIGNS}]?\s*[+\-−]?(\d[\d.,'’ \u00a0\u202f]*|\.\d+|,\d+)([eE][+-]?\d+)?"
    rf"\s*[%‰元円{CURRENCY_SIGNS}]?\)?-?"
)
_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?"
)


def shape_of(cell: str) -> Shape:
    """The shape of a cell, by a look at its signs alone.

    >>> [shape_of(cell) for cell in ("1.234,5", "2024-01-31", "?", "north")]
    ['number', 'date', 'nothing', 'word']
    """
    text = (cell if cell.isascii() else western_signs(cell)).strip()
    if len(text) > LONGEST_SHAPED:
        return "word"
    if text.lower() in _NOTHING:
        return "nothing"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "word"
