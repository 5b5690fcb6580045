"""Lines cut into cells, with quotation marks honoured where they close, and taken as signs where they do not.

A quotation mark that opens a cell and never closes would swallow the rest of a file; here it costs its own line at
most. Every pass is linear in the length of the text.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.delimited.dialect import Dialect

LONGEST_CELL = 131_072  # characters, as the csv module has it
MOST_LINES = 100  # of one cell
_BLANKS = re.compile(r"[ \t]+")
MOST_FAILURES = 100  # quotation marks that open and do not close before each line is read by itself


def rows_of(lines: Sequence[str], dialect: Dialect) -> Iterator[list[str]]:
    """The cells of each row; a row has more than one line where a quoted cell goes over them."""
    for _place, row in numbered_rows(lines, dialect):
        yield row


def numbered_rows(lines: Sequence[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The index of the first line of each row that is not blank, and its cells."""
    quote, place, failures = dialect.quote, 0, 0
    while place < len(lines):
        line = lines[place]
        if not line or line.isspace():
            place += 1
            continue
        last = place
        if quote in line and failures < MOST_FAILURES and _is_open(line, dialect):
            last = _closing_line(lines, place, dialect)
            failures += last == place
        text = line if last == place else "\n".join(lines[place : last + 1])
        yield place, split_line(text, dialect)
        place = last + 1


def first_rows(lines: Sequence[str], dialect: Dialect, most: int) -> tuple[list[list[str]], bool]:
    """The first rows that hold anything, and whether there are more.

    Raises:
        ConfigError: a cell is longer than any reader would take.
    """
    rows = _quick_rows(lines, dialect, most + 1)
    if rows is None:
        rows = list(islice((row for row in rows_of(lines, dialect) if any(map(str.strip, row))), most + 1))
    has_long_line = max(map(len, lines)) > LONGEST_CELL  # few files have, and a look at each cell costs time
    if has_long_line and any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise ConfigError(_("The file has a quotation mark that is never closed, or a cell that is too long."))
    return rows[:most], len(rows) > most


def _quick_rows(lines: Sequence[str], dialect: Dialect, most: int) -> list[list[str]] | None:
    """The rows as the csv module reads them in one go, None unless all quotation marks add up."""
    if dialect.delimiter == " " or dialect.escapes or dialect.gutters:
        return None
    reader = csv.reader(
        (f"{line}\n" for line in lines),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        skipinitialspace=True,
        strict=True,
    )
    rows, before = [], 0
    try:
        for row in reader:
            if reader.line_num - before > 1 and (len(row) != dialect.width or _are_rows(lines, before, dialect)):
                return None
            before = reader.line_num
            if any(map(str.strip, row)):
                rows.append(row)
                if len(rows) == most:
                    break
    except csv.Error:
        return None
    return rows


def split_line(line: str, dialect: Dialect) -> list[str]:
    """The cells of one row."""
    if dialect.gutters:
        return _aligned(line, dialect.gutters)
    if dialect.delimiter == " ":
        return _blank_cells(line, dialect)
    if dialect.escapes and "\\" in line:
        return _escaped_cells(line, dialect)
    if dialect.quote not in line:
        return line.split(dialect.delimiter)
    return _strict_cells(line, dialect) or _mended_cells(line, dialect)


def _strict_cells(line: str, dialect: Dialect) -> list[str] | None:
    """The cells as the csv module reads them, None where the quotation marks do not add up."""
    try:
        return next(
            csv.reader([line], delimiter=dialect.delimiter, quotechar=dialect.quote, skipinitialspace=True, strict=True)
        )
    except (csv.Error, StopIteration):
        return None


def _mended_cells(line: str, dialect: Dialect) -> list[str]:
    """The cells where a quotation mark closes a cell only before a delimiter or the line's end."""
    quote, delimiter = dialect.quote, dialect.delimiter
    opening, closing = _marks(quote, delimiter)
    ends = [match.start() for match in closing.finditer(line)]
    cells, start, k = [], 0, 0
    while True:
        opened = opening.match(line, start)
        if opened:
            while k < len(ends) and ends[k] < opened.end():
                k += 1
        if opened and k < len(ends):
            cells.append(line[opened.end() : ends[k]].replace(2 * quote, quote))
            end = line.find(delimiter, ends[k])
        else:
            end = line.find(delimiter, start)
            cells.append(line[start:] if end < 0 else line[start:end])
        if end < 0:
            return cells
        start = end + 1


@cache
def _marks(quote: str, delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What opens a quoted cell at its start, and what closes it."""
    mark, end = re.escape(quote), re.escape(delimiter)
    return re.compile(rf" *{mark}"), re.compile(rf"{mark}(?= *(?:{end}|\Z))")


def _escaped_cells(line: str, dialect: Dialect) -> list[str]:
    """The cells where a backslash takes the meaning from the sign after it; other backslashes stay."""
    quote, delimiter = dialect.quote, dialect.delimiter
    hidden = line.replace(f"\\{quote}", "\ue000").replace(f"\\{delimiter}", "\ue001")
    cells = hidden.split(delimiter) if quote not in hidden else (_strict_cells(hidden, dialect) or [])
    cells = cells or _mended_cells(hidden, dialect)
    return [cell.replace("\ue000", quote).replace("\ue001", delimiter) for cell in cells]


def _blank_cells(line: str, dialect: Dialect) -> list[str]:
    if dialect.quote not in line:
        return _at_blanks(line)
    text = line.replace("\t", " ").strip()
    return _strict_cells(text, dialect) or _at_blanks(text)


def _at_blanks(line: str) -> list[str]:
    """The words between blanks and tabs; no-break spaces stand inside numbers."""
    return line.split() if line.isascii() else _BLANKS.split(line.strip(" \t"))


def _aligned(line: str, gutters: tuple[tuple[int, int], ...]) -> list[str]:
    text = line.expandtabs()
    starts = [0, *(end for _start, end in gutters)]
    ends = [*(start for start, _end in gutters), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _is_open(line: str, dialect: Dialect) -> bool:
    """True if a quoted cell does not close on this line."""
    text = _without_escapes(line, dialect)
    return text.count(dialect.quote) % 2 == 1 and dialect.delimiter != " " and not dialect.gutters


def _closing_line(lines: Sequence[str], place: int, dialect: Dialect) -> int:
    """The line on which the cell closes that is open at the end of line `place`; `place` itself where none fits.

    The cell is not taken to go on where this line and the next are rows of their own, as wide as all others.
    """
    for last in range(place + 1, min(place + MOST_LINES, len(lines))):
        if lines[last].count(dialect.quote) % 2 == 0:
            continue
        joined = _strict_cells(_without_escapes("\n".join(lines[place : last + 1]), dialect), dialect)
        return last if joined is not None and not _are_rows(lines, place, dialect) else place
    return place


def _are_rows(lines: Sequence[str], place: int, dialect: Dialect) -> bool:
    """True if this line and the next are as wide as all others, each by itself."""
    return all(len(_mended_cells(line, dialect)) == dialect.width for line in lines[place : place + 2])


def _without_escapes(text: str, dialect: Dialect) -> str:
    return text.replace(f"\\{dialect.quote}", "") if dialect.escapes else text
