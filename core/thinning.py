"""A list that grows with a run, kept short."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def thinned(items: list[T], most: int) -> list[T]:
    """Return `items`, or, if these are more than `most`, every other one of them; the first and the last stay.

    Called after each addition it keeps the list between half of `most` and `most`, at even distances over what is
    old and denser where it is new.

    >>> thinned([1, 2, 3, 4, 5, 6], most=5)
    [1, 3, 5, 6]
    >>> thinned([1, 2, 3], most=5)
    [1, 2, 3]
    """
    return items if len(items) <= most else [*items[:-1:2], items[-1]]
