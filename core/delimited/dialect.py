"""How the cells of a file are separated, quoted and commented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How cells are separated and quoted.

    `delimiter` is a sign, or " " for any number of blanks. `quote` is the quotation mark; `escapes` says that a
    backslash stands before those within cells. `comment` begins lines that are no data, "" where none does. `gutters`
    are the blank columns of signs that part cells which are aligned, as pairs of start and end; () where they are not.
    `width` is the number of cells that most rows have, 0 where it is not known yet.
    """

    delimiter: str = ","
    quote: str = '"'
    escapes: bool = False
    comment: str = ""
    gutters: tuple[tuple[int, int], ...] = ()
    width: int = 0
