"""Names and words of a visitor's file as they stand in a sentence."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from core.columns.cell_parsing import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMED = 5


def listed(names: Iterable[str]) -> str:
    """The first five different names, cut short, and a sign for more.

    >>> listed(["a", "b"]), listed("abcdefg")
    ('a, b', 'a, b, c, d, e, …')
    """
    different = list(islice(dict.fromkeys(names), MOST_NAMED + 1))
    shown = [clean_text(name) for name in different[:MOST_NAMED]]
    return ", ".join([*shown, "…"] if len(different) > MOST_NAMED else shown)
