"""Notice: a verdict in a few words, and the sentence that gives its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.language import _


@dataclass(frozen=True)
class Notice:
    """A short title and a sentence, with how much attention it deserves.

    `share` is how much of what is waited for is there, 0 to 1; None where that is not known.
    """

    level: Literal["info", "good", "danger"]
    title: str
    sentence: str
    share: float | None = None


def both(first: Notice | None, second: Notice | None) -> Notice | None:
    """One notice that says what both do, with the title of the first; None if there is neither."""
    if first is None or second is None:
        return first or second
    return replace(first, sentence=side_by_side(first.sentence, second.sentence))


def side_by_side(first: str, second: str) -> str:
    """Two sentences, one after the other."""
    # Translators: two whole sentences, with what stands between them
    return _("{first} {second}", first=first, second=second)
