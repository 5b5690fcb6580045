"""A long column of dressed numbers read at once, where one convention fits every cell and another does not.

It agrees with `number_cells.reading_of` cell for cell, at a tenth of its cost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

_SYMBOLS = "$€£¥₹₽₩₺₫₴₪฿"


def _column_in(group: str, mark: str) -> re.Pattern[str]:
    """A column of cells with this sign between thousands and this one before decimals, a line each."""
    number = rf"(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})++|\d++)(?:{mark}\d*+)?"
    cell = rf"[+-]?[{_SYMBOLS}]?\x20?+{number}\x20?+[%{_SYMBOLS}]?"
    return re.compile(rf"(?>(?:{cell})?\n)*+", re.ASCII)


_POINT, _COMMA = _column_in(",", r"\."), _column_in(r"\.", ",")
_UNDRESSED = dict.fromkeys(map(ord, _SYMBOLS + "% "))


def numbers_at_once(cells: Sequence[str]) -> tuple[list[float], Literal[".", ","]] | None:
    """The numbers, nan for empty cells, and the sign that begins decimals; None where no one convention is certain.

    >>> numbers_at_once(["€1.234,50", "", "-3"])
    ([1234.5, nan, -3.0], ',')
    >>> numbers_at_once(["1.234", "2"])
    """
    text = "\n".join(cells) + "\n"
    point, comma = bool(_POINT.fullmatch(text)), bool(_COMMA.fullmatch(text))
    if point == comma:
        return None
    plain = text.translate({**_UNDRESSED, ord("," if point else "."): None, **({} if point else {ord(","): "."})})
    return [float(cell or "nan") for cell in plain.split("\n")[:-1]], "." if point else ","
