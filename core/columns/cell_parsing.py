"""The cells of a visitor's file: those that hold nothing, and texts as they can be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.number_parsing import CURRENCY_SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST_TEXT = 40  # characters; names stand in menus and on axes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Signs of programs for a missing value, and words for one that may be a category too: "none" of three kinds of alarm.
_ABSENT = _words("? \\n null (null) <null> nan -nan <na> nat #n/a #na #value! #div/0! #ref! #num! #name? #null!")
_NO_NUMBER = _words("na n/a n.a. n.d. k.a. none nil - -- --- – — . .. … missing unknown unbekannt * : 无 缺失")

_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000\ue001]")
_SPACES = re.compile(r"\s+")


def is_missing(cell: str) -> bool:
    """True if a cell of a column of numbers says that there is none: empty, NA, NaN, null, a dash, "none"."""
    if len(cell) >= 20:
        return False
    word = cell.strip(CURRENCY_SIGNS + " \t\n\u00a0").lower()  # "$ -" is how accountants write nothing
    return not word or word in _ABSENT or word in _NO_NUMBER


def is_absent(cell: str) -> bool:
    r"""True if a cell of a column of words has no value: empty, "?", "\N", "NULL", "#N/A"; "none" and "-" are ones."""
    return not cell or (len(cell) < 20 and ((word := cell.strip().lower()) in _ABSENT or not word))


def one_line(text: str) -> str:
    """The text without the spaces around it and with single ones inside."""
    return _SPACES.sub(" ", text).strip()


def clean_text(text: str) -> str:
    """The text in one line of at most 40 characters, without hidden ones; signs such as < and = stay as they are."""
    start = text[: 10 * LONGEST_TEXT]  # so that cleaning a cell of a megabyte costs nothing
    plain = one_line(_HIDDEN.sub("", start))
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1].rstrip() + "…"


def labels(texts: Iterable[str], unnamed: Callable[[int], str]) -> tuple[str, ...]:
    """Each of the texts as it can be shown; those that would look the same get a number.

    Args:
        texts: names or values.
        unnamed: the label of a text that leaves no mark, by its position from 1.

    >>> labels(["<30", ">30", "", "<30"], "Column {}".format)
    ('<30', '>30', 'Column 3', '<30 (2)')
    """
    times: dict[str, int] = {}
    shown: list[str] = []
    for number, text in enumerate(texts, start=1):
        base = label = clean_text(text) or unnamed(number)
        while label in times:
            times[base] += 1  # counted on, or a thousand equal names would take half a million looks
            label = f"{base} ({times[base]})"
        times.setdefault(label, 1)
        shown.append(label)
    return tuple(shown)
