"""Columns that are aligned: parted by blanks that stand below one another, with blanks inside cells and cells empty."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_LINES = 5  # in fewer, words may stand below one another by chance
LONGEST_LINE = 5_000
MOST_LINES = 2_000
_WIDE_GAP = re.compile(r"\S(?: {2,}|\t)\s*\S")
_SEPARATORS = re.compile("[,;|]")


def find_gutters(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The blank columns of signs between cells, as pairs of start and end; () where the lines are not aligned so.

    Titles and sources have no gap of two blanks between words, so those at both ends are not asked.

    >>> find_gutters(["New York     1", "Oslo         2", "Los Angeles 10", "Rome        11", "Paris        3"])
    ((11, 12),)
    """
    gaps = [place for place, line in enumerate(lines[:MOST_LINES]) if _WIDE_GAP.search(line)]
    asked = [line.expandtabs().rstrip() for line in lines[gaps[0] : gaps[-1] + 1]] if gaps else []
    if len(asked) < FEWEST_LINES or len(gaps) < 0.7 * len(asked) or max(map(len, asked)) > LONGEST_LINE:
        return ()
    filled: Counter[int] = Counter()
    for line in asked:
        filled.update(place for place, sign in enumerate(line) if sign != " ")
    return _runs(filled, max(map(len, asked)))


def _runs(filled: Counter[int], length: int) -> tuple[tuple[int, int], ...]:
    """The runs of places that no line fills, without the margins."""
    runs, start = [], None
    for place in range(length):
        if filled[place] == 0 and start is None:
            start = place
        elif filled[place] and start is not None:
            runs.append((start, place))
            start = None
    return tuple((begin, end) for begin, end in runs if begin > 0)
