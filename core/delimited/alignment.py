"""Columns that are aligned: parted by blanks that stand below one another, with blanks inside cells and cells empty."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
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


def gutters_under(names: str, lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The gutters of aligned `lines` that cut the names above them too, which hold blanks; () if they do not.

    A name may be wider than its cells, and so reach into the blanks between them: it is cut beside the column that is
    flush there.

    >>> gutters_under("body mass flipper length", ["     3.10          180.2", "    10.25           95.0"])
    ((9, 10),)
    >>> gutters_under("body  mass", ["3.10  180.2", "1.25   95.0"])
    ((4, 5),)
    """
    names, asked = names.expandtabs().rstrip(), [line.expandtabs().rstrip() for line in lines[:MOST_LINES]]
    if not asked or max(map(len, [names, *asked])) > LONGEST_LINE:
        return ()
    filled = Counter(place for line in asked for place, sign in enumerate(line) if sign != " ")
    gaps = _runs(filled, max(map(len, asked)))
    cuts = [cut for gap in gaps if (cut := _cut_beside(names, gap, filled, len(asked))) is not None]
    gutters = tuple((cut, cut + 1) for cut in cuts)
    edges = [0, *cuts, len(names)]
    return gutters if all(names[start:end].strip() for start, end in pairwise(edges)) else ()


def _cut_beside(names: str, gap: tuple[int, int], filled: Counter[int], lines: int) -> int | None:
    """A place of the widest blank of `names` in `gap`, None where there is none.

    Of equally wide ones it is the last where only the column behind is flush, and else the first.
    """
    start, end = gap
    blanks = [match.span() for match in re.finditer(" +", names[start:end])]
    if not blanks:
        return None
    widest = max(stop - begin for begin, stop in blanks)
    equal = [start + begin for begin, stop in blanks if stop - begin == widest]
    return equal[-1] if filled[end] == lines > filled[start - 1] else equal[0]


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
