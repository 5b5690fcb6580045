"""Whether the first row holds the names of the columns, or is data like the rest."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from core.delimited.cell_shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOKED_AT = 200  # rows below
MOSTLY = 0.8  # of a column's cells of one shape
FEWEST_IN_STEP = 4  # numbers at even steps that may be names


def is_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """True if `first` looks like names over the rows in `rest`.

    Every column votes: a word over numbers is a name, a number over numbers is one of them, and a word that comes
    again below is a value. Numbers at even steps, 0 1 2 3 or years, may be names as well, unless the rows below have
    such steps too.
    """
    below = rest[:LOOKED_AT]
    if not below:
        return True
    if _even_steps(first) and not any(_even_steps(row) for row in below[:5]):
        return True
    steps = _even_steps([cell for cell in first if shape_of(cell) == "number"], fewest=2)
    votes = sum(_vote(cell, [row[k] for row in below if k < len(row)], steps) for k, cell in enumerate(first))
    if votes == 0:
        numbers = any(shape_of(cell) in ("number", "date") for cell in first)
        return (steps or not numbers) and _all_different(first)
    return votes > 0


def is_count(first: Sequence[str], rows_below: int) -> bool:
    """True for a line that says how many rows follow, as scikit-learn and TensorFlow begin their example files."""
    numbers = [cell.strip() for cell in first if cell.strip().isdecimal()]
    return len(first) > 1 and first[0].strip() == str(rows_below) and len(numbers) >= 2


def _vote(name: str, cells: Sequence[str], steps: bool) -> int:
    """Above 0 if `name` looks like the name of a column of `cells`, below if like one of them, 0 if nothing tells.

    A word over numbers and a value that comes again tell more than a word over other words.
    """
    shapes = Counter(shape_of(cell) for cell in cells)
    known = sum(shapes.values()) - shapes["nothing"]
    shape = shape_of(name)
    if not known or shape == "nothing":
        return 0
    for of_column in ("number", "date"):
        if shapes[of_column] >= MOSTLY * known:
            return (0 if steps else -2) if shape == of_column else 2
    if shape == "number":
        return -1 if shapes["number"] else 0
    different = {cell.strip() for cell in cells}
    if name.strip() in different:
        return -2
    return 1 if len(different) <= len(cells) // 2 else 0


def _even_steps(cells: Sequence[str], fewest: int = FEWEST_IN_STEP) -> bool:
    """True for whole numbers, all of them, that rise by the same step; two or three have to be years."""
    words = [cell.strip() for cell in cells]
    if len(words) < fewest or not all(word.isdecimal() and len(word) < 10 for word in words):
        return False
    numbers = [int(word) for word in words]
    steps = {after - before for before, after in pairwise(numbers)}
    years = all(1500 < number < 2200 for number in numbers)
    return len(steps) == 1 and steps.pop() > 0 and (years or len(words) >= FEWEST_IN_STEP)


def _all_different(cells: Sequence[str]) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    return len(set(words)) == len(words)


def is_second_header(row: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """True for a row of words right below the names, with numbers below it: units, or the names proper."""
    if not rest or any(_is_value(cell) for cell in row):
        return False
    below = rest[:LOOKED_AT]
    votes = [_vote(cell, [later[k] for later in below if k < len(later)], False) for k, cell in enumerate(row)]
    return min(votes) >= 0 and sum(votes) >= max(2, len(row))


def _is_value(cell: str) -> bool:
    """True for a number, a date, or a sign that stands for a missing one: no unit and no name."""
    shape = shape_of(cell)
    return shape in ("number", "date") or (shape == "nothing" and bool(cell.strip()))
