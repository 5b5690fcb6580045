"""The width of texts that plotly draws, estimated: Chinese characters are twice as wide as Latin ones."""

from __future__ import annotations

from itertools import accumulate
from unicodedata import east_asian_width

ELLIPSIS = "…"


def columns(text: str) -> int:
    """The width of `text` in Latin characters.

    >>> columns("step"), columns("步数")
    (4, 4)
    """
    return sum(map(_columns_of, text))


def shortened(text: str, longest: int) -> str:
    """`text`, cut with an ellipsis where it is wider than `longest` columns.

    >>> shortened("setosa", 6), shortened("versicolor", 6)
    ('setosa', 'versi…')
    """
    if columns(text) <= longest:
        return text
    kept = sum(width < longest for width in accumulate(map(_columns_of, text)))
    return text[:kept] + ELLIPSIS


def wrapped(text: str, longest: int) -> list[str]:
    """`text` in lines of at most `longest` columns, broken at spaces, and beside wide characters.

    >>> wrapped("change of CO2 in a week, ppm", 12), wrapped("一周内二氧化碳的变化", 12)
    (['change of', 'CO2 in a', 'week, ppm'], ['一周内二氧化', '碳的变化'])
    """
    lines = [""]
    for piece in _pieces(text):
        if columns(lines[-1] + piece.rstrip()) > longest and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return [*lines[:-1], lines[-1].rstrip()]


def _pieces(text: str) -> list[str]:
    """`text` cut behind each space and beside each wide character."""
    pieces = [""]
    for before, character in zip(" " + text, text, strict=False):
        if before == " " or 2 in (_columns_of(before), _columns_of(character)):
            pieces.append("")
        pieces[-1] += character
    return [piece for piece in pieces if piece]


def _columns_of(character: str) -> int:
    return 2 if east_asian_width(character) in "FW" else 1
