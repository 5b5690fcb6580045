"""Units behind the numbers of a column: "65,5 kg" is 65.5, and "1.5M" is 1 500 000.

>>> found = without_units([f"{n},5 kg" for n in range(20)])
>>> found.cells[3], found.units
('3,5', ('kg',))
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from core.columns.cell_parsing import is_missing
from core.columns.number_cells import reading_of
from core.number_parsing import LONGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_VALUES = 10  # different ones: fewer may be names of classes, such as 2D and 3D
LOOKED_AT = 100  # different cells that decide whether the rest is worth reading
POWERS = {"K": 3, "k": 3, "M": 6, "B": 9, "bn": 9}  # as tables of prices shorten numbers
_UNIT = r"[^\W\d_]{1,4}[²³23]?|°[CF]?|[^\W\d_]{1,3}/[^\W\d_]{1,4}[²³]?"
_WITH_UNIT = re.compile(rf"(?P<number>\S*\d[\d.,]*)\s?(?P<unit>{_UNIT})")


class WithoutUnits(NamedTuple):
    """The cells of a column without the units behind its numbers, and these units; () where there are none."""

    cells: list[str]
    units: tuple[str, ...] = ()


def without_units(cells: list[str]) -> WithoutUnits:
    """The cells as plain numbers if each has the same unit behind its number, or K, M and B shorten some of them."""
    if not _worth_reading(cells):
        return WithoutUnits(cells)
    parts = {cell: _parted(cell) for cell in dict.fromkeys(cells) if not is_missing(cell)}
    found = {None if part is None else part[1] for part in parts.values()}
    units = tuple(sorted(unit for unit in found if unit))
    shortens = found <= {"", *POWERS}
    if not units or not (shortens or len(found) == 1):
        return WithoutUnits(cells)
    read = {cell: _plain(*part) for cell, part in parts.items() if part is not None}
    return WithoutUnits([read.get(cell, cell) for cell in cells], units)


def _worth_reading(cells: Sequence[str]) -> bool:
    """True if the first cells are numbers, some of them with units; it costs little where they are not."""
    seen = [cell for cell in dict.fromkeys(cells[: 10 * LOOKED_AT]) if not is_missing(cell)][:LOOKED_AT]
    if len(seen) < FEWEST_VALUES or _parted(seen[0]) is None:
        return False
    parts = [_parted(cell) for cell in seen]
    return None not in parts and any(part is not None and part[1] for part in parts)


def _parted(cell: str) -> tuple[str, str] | None:
    """The number and the unit of a cell, "" without one; None if it is no number."""
    text = cell.strip()
    if len(text) > LONGEST_NUMBER:
        return None
    if reading_of(text) is not None:
        return text, ""
    match = _WITH_UNIT.fullmatch(text)
    if match is None or reading_of(match["number"]) is None:
        return None
    return match["number"], match["unit"]


def _plain(number: str, unit: str) -> str:
    return f"{number}e{POWERS[unit]}" if unit in POWERS else number
