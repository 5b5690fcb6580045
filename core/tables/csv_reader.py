"""A visitor's CSV file: bytes in, a `Table` or one plain sentence out.

Nothing in the file is trusted: not its size, encoding, delimiter, header, names or numbers. Work is bounded
by the size limit and every pass is linear, so the worst file takes a few seconds. `csv.Sniffer` is not used:
its regular expressions take minutes on some files.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.number_format import format_number
from core.tables.cell_parsing import clean_text, is_missing, number_in, one_line
from core.tables.table import Table, column_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LARGEST_FILE = 5_000_000  # bytes: 5 MB
MOST_COLUMNS = 1_000
MOST_ROWS = 100_000  # more are left out, and said so
LOOKED_AT = 50  # rows that delimiter and header are guessed from
DELIMITERS = "\t;|,"  # of equally good ones the first: a comma may stand inside numbers

_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PAR1": "a Parquet file",
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # control characters that no text file has


def read_csv(data: bytes) -> Table:
    """The table in a file of at most 5 MB, with `notes` on what was guessed, cleaned or left out.

    Text is UTF-8, UTF-16 or UTF-32 with a byte order mark, UTF-16 without one, else Latin-1. Cells are
    separated by commas, semicolons, tabs or bars. Where no cell of the first row is a number it is the header.
    Raises ConfigError with one sentence for whatever cannot be read.
    """
    if len(data) > LARGEST_FILE:
        raise ConfigError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB, which is the limit.")
    text = _decoded(data)
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


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise ConfigError("The file is empty.")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise ConfigError(f"The file is {kind}, not text; save the table as CSV first.")
    text = _text_in(data)
    if text is None or len(_ODD.findall(text)) > len(text) // 1000:
        raise ConfigError("The file is not text; save the table as CSV first.")
    text = text.replace("\0", "")
    if not text.strip():
        raise ConfigError("The file is empty.")
    return text


def _text_in(data: bytes) -> str | None:
    """The text, or None where the bytes are not what their byte order mark says."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _try(data, encoding)
    # Western text in UTF-16 has a zero in every other byte.
    zeros_even, zeros_odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    half = len(data[:1000]) // 2
    if max(zeros_even, zeros_odd) > 0.7 * half and min(zeros_even, zeros_odd) < 0.1 * half:
        return _try(data, "utf-16-le" if zeros_odd > zeros_even else "utf-16-be")
    text = _try(data, "utf-8")
    return data.decode("latin-1") if text is None else text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


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
        raise ConfigError("The file holds no values.")
    return kept, next(rows, None) is not None


def _parsed(lines: Iterable[str], delimiter: str) -> Iterable[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    except csv.Error:  # a cell of more than 131 072 characters, mostly behind a quote that never ends
        raise ConfigError("The file has a quotation mark that is never closed, or a cell that is too long.") from None


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
        limit = format_number(MOST_COLUMNS)
        raise ConfigError(f"The file has {format_number(width)} columns; at most {limit} can be used.")
    if width < 2:
        raise ConfigError("The file has only one column; two are needed, one of them to predict.")
    if not rows:
        raise ConfigError("The file has names of columns but no rows.")
    return width


def _names_of(header: Sequence[str] | None, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A clean and unique name for each column, and notes on what had to be changed."""
    if header is None:
        return tuple(f"Column {i + 1}" for i in range(width)), ("The first row is data, so the columns are numbered.",)
    names, notes, cleaned, doubled = [], [], 0, 0
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for position, given in enumerate(header):
        clean = clean_text(given)
        cleaned += clean != one_line(given)
        name = base = clean or f"Column {position + 1}"
        while name in taken:
            times[base] += 1  # counted on, or a thousand equal names would take half a million looks
            name = f"{base} ({times[base] + 1})"
        doubled += name != base
        taken.add(name)
        names.append(name)
    if cleaned:
        notes.append(
            f"Signs that a page would misread were taken out of {_of_columns(cleaned)}, or the name cut short."
        )
    if doubled:
        notes.append(f"A number was added to {_of_columns(doubled)} that another column has as well.")
    return tuple(names), tuple(notes)


def _of_columns(count: int) -> str:
    return "the name of one column" if count == 1 else f"the names of {count} columns"


def _notes_on_rows(rows: list[list[str]], width: int, more: bool) -> tuple[str, ...]:
    notes = []
    uneven = sum(len(row) != width for row in rows)
    if uneven:
        rows_are = "One row is" if uneven == 1 else f"{format_number(uneven)} rows are"
        notes.append(f"{rows_are} longer or shorter than the others; missing cells are empty, extra ones left out.")
    if more:
        notes.append(f"Only the first {format_number(MOST_ROWS)} rows are used.")
    return tuple(notes)
