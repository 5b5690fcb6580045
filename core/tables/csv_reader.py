"""Reads a visitor's CSV file: bytes in, a `Table` or one plain sentence out.

Nothing in the file is trusted: not its size, encoding, delimiter, header, names or numbers. Work is bounded
by the size limit and every pass is linear, so the worst file takes a few seconds. `csv.Sniffer` is not used:
its regular expressions take minutes on some files.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number
from core.tables.cell_parsing import clean_text, is_missing, number_in, one_line
from core.tables.table import Table, column_of
from core.tables.text_decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LARGEST_FILE = 5_000_000  # bytes: 5 MB
MOST_COLUMNS = 1_000
MOST_ROWS = 100_000  # more are left out, and said so
LOOKED_AT = 50  # rows that delimiter and header are guessed from
DELIMITERS = "\t;|,"  # of equally good ones the first: a comma may stand inside numbers


def read_csv(data: bytes) -> Table:
    """The table in a file of at most 5 MB, with `notes` on what was guessed, cleaned or left out.

    Cells are separated by commas, semicolons, tabs or bars. Where no cell of the first row is a number it is
    the header.

    Raises:
        ConfigError: one sentence why the file cannot be read.
    """
    if len(data) > LARGEST_FILE:
        raise ConfigError(_("The file is larger than {limit} MB, which is the limit.", limit=LARGEST_FILE // 1_000_000))
    text = decoded(data)
    delimiter = _delimiter_of(text)
    rows, more = _rows_of(text, delimiter)
    header, rows = _header_of(rows)
    width = _width_of(header, rows)
    names, notes = _names_of(header, width)
    notes += _notes_on_rows(rows, width, more)
    # A comma that does not separate cells may be a decimal one, as in most of Europe.
    decimal_comma = delimiter != ","
    filled = [row if len(row) >= width else row + [""] * (width - len(row)) for row in rows]
    columns = [
        column_of(name, list(map(itemgetter(position), filled)), decimal_comma) for position, name in enumerate(names)
    ]
    return Table(tuple(columns), len(rows), notes)


def _delimiter_of(text: str) -> str:
    """The delimiter that cuts most of the first rows into the same number of cells."""
    filled = (line for line in io.StringIO(text, newline="") if line.strip())
    lines = list(islice(filled, LOOKED_AT))

    def agreement(delimiter: str) -> float:
        try:
            widths = Counter(len(row) for row in _parsed(lines, delimiter))
        except ConfigError:  # not cut at all, a row can be longer than a cell may be
            return 0.0
        width, count = widths.most_common(1)[0]
        return count / len(lines) if width > 1 else 0.0

    agreements = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    best = max(agreements.values())
    return next(delimiter for delimiter in DELIMITERS if agreements[delimiter] >= 0.9 * best)


def _rows_of(text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    """The rows that hold anything, and whether there were more than can be used."""
    rows = (row for row in _parsed(io.StringIO(text, newline=""), delimiter) if any(map(str.strip, row)))
    kept = list(islice(rows, MOST_ROWS + 1))  # one more for the header
    if not kept:
        raise ConfigError(_("The file holds no values."))
    return kept, next(rows, None) is not None


def _parsed(lines: Iterable[str], delimiter: str) -> Iterable[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    except csv.Error:  # a cell of more than 131 072 characters, mostly behind a quote that never ends
        raise ConfigError(
            _("The file has a quotation mark that is never closed, or a cell that is too long.")
        ) from None


def _header_of(rows: list[list[str]]) -> tuple[list[str] | None, list[list[str]]]:
    """The names in the first row, or None where it is data like the rest, and the rows of data."""
    first, rest = rows[0], rows[1:]
    numbers = [number_in(cell, decimal_comma=True) is not None for cell in first]
    if not any(numbers):
        return first, rest
    # Years make good names: a row with numbers is a header where it names columns of numbers with words.
    for position, cell in enumerate(first):
        below = [row[position] for row in rest[:LOOKED_AT] if position < len(row)]
        of_numbers = bool(below) and all(number_in(text, decimal_comma=True) is not None for text in below)
        if of_numbers and not numbers[position] and not is_missing(cell):
            return first, rest
    return None, rows


def _width_of(header: Sequence[str] | None, rows: list[list[str]]) -> int:
    """The number of columns: the header's, or that of most rows."""
    width = len(header) if header is not None else Counter(map(len, rows)).most_common(1)[0][0]
    if width > MOST_COLUMNS:
        count, limit = format_number(width), format_number(MOST_COLUMNS)
        raise ConfigError(_("The file has {count} columns; at most {limit} can be used.", count=count, limit=limit))
    if width < 2:
        raise ConfigError(_("The file has only one column; two are needed, one of them to predict."))
    if not rows:
        raise ConfigError(_("The file has names of columns but no rows."))
    return width


def _names_of(header: Sequence[str] | None, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A clean and unique name for each column, and notes on what had to be changed."""
    if header is None:
        numbered = tuple(_number_name(position) for position in range(width))
        return numbered, (_("The first row is data, so the columns are numbered."),)
    names, cleaned, doubled = [], 0, 0
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for position, given in enumerate(header):
        clean = clean_text(given)
        cleaned += clean != one_line(given)
        name = base = clean or _number_name(position)
        while name in taken:
            times[base] += 1  # counted on, or a thousand equal names would take half a million looks
            name = f"{base} ({times[base] + 1})"
        doubled += name != base
        taken.add(name)
        names.append(name)
    return tuple(names), _notes_on_names(cleaned, doubled)


def _number_name(position: int) -> str:
    """A name for a column that has none; a plain str, for it names the column whatever language comes later."""
    return str(_("Column {number}", number=position + 1))


def _notes_on_names(cleaned: int, doubled: int) -> tuple[str, ...]:
    of_cleaned = ngettext(
        "Signs that a page would misread were taken out of the name of one column, or the name cut short.",
        "Signs that a page would misread were taken out of the names of {count} columns, or the name cut short.",
        cleaned,
    )
    of_doubled = ngettext(
        "A number was added to the name of one column that another column has as well.",
        "A number was added to the names of {count} columns that another column has as well.",
        doubled,
    )
    return (*([of_cleaned] if cleaned else []), *([of_doubled] if doubled else []))


def _notes_on_rows(rows: list[list[str]], width: int, more: bool) -> tuple[str, ...]:
    notes = []
    uneven = sum(len(row) != width for row in rows)
    if uneven:
        notes.append(
            ngettext(
                "One row is longer or shorter than the others; missing cells are empty, extra ones left out.",
                "{count} rows are longer or shorter than the others; missing cells are empty, extra ones left out.",
                uneven,
                count=format_number(uneven),
            )
        )
    if more:
        notes.append(_("Only the first {limit} rows are used.", limit=format_number(MOST_ROWS)))
    return tuple(notes)
