"""A file of delimited text, read into names and rows of cells.

Nothing in the file is trusted: not its size, encoding, delimiter, header or names. Work is bounded by the size limit
and every pass is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.delimited.alignment import find_gutters, gutters_under
from core.delimited.cell_shape import shape_of
from core.delimited.dialect import Dialect
from core.delimited.header import is_count, is_header, is_second_header
from core.delimited.line_splitting import first_rows, rows_of, split_line
from core.delimited.sniffing import BLANKS, find_dialect, is_beside, is_rule, named_delimiter
from core.delimited.table_body import MOST_TITLE_LINES, end_of_table, start_of_table, usual_width, without_footers
from core.delimited.text_decoding import decode
from core.field import ConfigError
from core.language import _
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FILE = 5_000_000  # bytes: 5 MB
MOST_COLUMNS = 1_000
MOST_ROWS = 100_000  # more are left out, and said so
MOST_LINES = 400_000  # of a file; blank ones count as well
LONGEST_LOOKED_AT = 50_000  # characters of a line from which the dialect is guessed
LOOKED_AT = 300  # lines from which the dialect is guessed, at the top; a third as many in the middle

_SEPARATORS = re.compile(r"[,;\t]")
_WRAPPED = re.compile(r'"((?:[^"]|"")*+)"\s*')
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)*+")


@dataclass(frozen=True)
class TextTable:
    """The cells of a table, all of them text, and how they were found.

    `names` is None where the first row is data; a name may be empty. `skipped_lines` stand above the table and
    `footers` rows below it, `cut` says that there were more rows than can be used, `uneven` rows were longer or
    shorter than the rest, and in the `further` last lines of the file is another table.
    """

    encoding: str
    encoding_guessed: bool
    delimiter: str
    names: tuple[str, ...] | None
    rows: list[list[str]]
    skipped_lines: int = 0
    footers: int = 0
    uneven: int = 0
    cut: bool = False
    further: int = 0


def read_text_table(data: bytes, encoding: str | None = None, header: bool | None = None) -> TextTable:
    """The table in a file of at most 5 MB.

    Args:
        data: the file.
        encoding: one of `character_sets.ENCODINGS`, None to find it out.
        header: whether the first row is names, None to find it out.

    Raises:
        ConfigError: one sentence why the file cannot be read.
    """
    if len(data) > LARGEST_FILE:
        raise ConfigError(_("The file is larger than {limit} MB, which is the limit.", limit=LARGEST_FILE // 1_000_000))
    decoded = decode(data, encoding)
    blank = _BLANK_LINES.match(decoded.text)
    text = decoded.text[blank.end() :] if blank else decoded.text
    lines = _unwrapped(text.split("\n", MOST_LINES)[:MOST_LINES])
    named = named_delimiter(lines[0])
    first = 0 if named is None else 1
    dialect = _dialect_of(lines[first:], named)
    above = [line[:LONGEST_LOOKED_AT] for line in lines[first : first + MOST_TITLE_LINES]]
    if dialect.width > MOST_COLUMNS:
        _check_width(max(line.count(dialect.delimiter) + 1 for line in lines[first : first + LOOKED_AT]))
    start = first + start_of_table(above, dialect)
    skipped = start + (blank[0].count("\n") if blank else 0)
    table = TextTable(decoded.encoding, decoded.guessed, dialect.delimiter, None, [], skipped_lines=skipped)
    body = lines[start:]
    end = end_of_table(body, dialect)
    table = _with_rows(replace(table, further=len(body) - end), body[:end], dialect, header)
    if table.names is None and header is None and dialect.comment:
        return replace(table, names=_commented_names(lines[:start], dialect, len(table.rows[0])))
    return table


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines without the quotation marks around each of them: a program took every row for one cell."""
    seen = [line for line in lines[:LOOKED_AT] if line.strip()]
    wrapped = [match[1] for line in seen if (match := _WRAPPED.fullmatch(line))]
    bare_names = bool(wrapped) and '"' not in seen[0] and _SEPARATORS.search(seen[0]) is not None
    if not wrapped or len(wrapped) < len(seen) - bare_names or not all(map(_SEPARATORS.search, wrapped)):
        return lines
    return [match[1].replace('""', '"') if (match := _WRAPPED.fullmatch(line)) else line for line in lines]


def _dialect_of(lines: Sequence[str], named: str | None) -> Dialect:
    filled = [line for line in lines if line and not line.isspace()]
    middle = len(filled) // 2
    chosen = [*filled[:LOOKED_AT], *filled[max(middle, LOOKED_AT) : max(middle, LOOKED_AT) + LOOKED_AT // 3]]
    sample = [line[:LONGEST_LOOKED_AT] for line in chosen]
    dialect = Dialect(named) if named else find_dialect(sample)
    aligned = _aligned(dialect, sample)
    body = [line for line in sample if not is_beside(line, aligned)]
    return replace(aligned, width=usual_width(list(rows_of(body, aligned))))


def _aligned(dialect: Dialect, sample: Sequence[str]) -> Dialect:
    """The dialect with gutters where no sign separates the cells and blanks alone cut the lines unevenly."""
    body = [line for line in sample if not is_beside(line, dialect)]
    widths = [len(row) for row in rows_of(body, dialect)]
    width = usual_width(list(rows_of(body, dialect)))
    named = _gutters_of_names(body, widths, width) if dialect.delimiter == BLANKS else ()
    if named:
        return replace(dialect, gutters=named)
    if dialect.delimiter not in (BLANKS, "\t", ",") or (width > 1 and widths.count(width) >= 0.95 * len(widths)):
        return dialect
    gutters = find_gutters(body)
    return replace(dialect, delimiter=BLANKS, gutters=gutters) if gutters else dialect


def _gutters_of_names(body: Sequence[str], widths: Sequence[int], width: int) -> tuple[tuple[int, int], ...]:
    """The gutters below the last line above the rows, if its names hold blanks and so make it too wide."""
    first = widths.index(width) if width else 0
    if not first or widths[first - 1] <= width or widths[first:].count(width) < 0.95 * len(widths[first:]):
        return ()
    return gutters_under(body[first - 1], body[first:])


def _with_rows(table: TextTable, lines: Sequence[str], dialect: Dialect, header: bool | None) -> TextTable:
    body = [line for line in lines if not is_beside(line, dialect)] if _has_beside(lines, dialect) else lines
    kept, cut = first_rows(body, dialect, MOST_ROWS + 1) if body else ([], False)  # one more for the names
    if not kept:
        raise ConfigError(_("The file holds no values."))
    data = kept if cut else without_footers(kept, dialect.width)
    table = replace(table, footers=len(kept) - len(data), cut=cut)
    return _with_names(table, data, header)


def _commented_names(lines: Sequence[str], dialect: Dialect, width: int) -> tuple[str, ...] | None:
    """The names in the last comment above the table, as NumPy writes them, if it has as many as there are columns."""
    comments = [line for line in lines if line.strip()]
    if not comments or not comments[-1].startswith(dialect.comment):
        return None
    names = split_line(comments[-1].lstrip(dialect.comment).strip(), dialect)
    words = len(names) == width and all(shape_of(name) == "word" for name in names)
    return tuple(name.strip() for name in names) if words else None


def _has_beside(lines: Sequence[str], dialect: Dialect) -> bool:
    return bool(dialect.comment) or any(is_rule(line) for line in lines[:10])


def _with_names(table: TextTable, rows: list[list[str]], header: bool | None) -> TextTable:
    """The table with its names, if it has any, and every row as wide as the table."""
    first, rest = rows[0], rows[1:]
    if header is None and is_count(first, len(rest)):
        return _with_names(replace(table, skipped_lines=table.skipped_lines + 1), rest, False)
    usual = usual_width(rest) if rest else len(first)
    _check_width(max(usual, len(first)))
    if max(usual, len(first)) < 2:
        raise ConfigError(_only_one_column())
    has_names = header if header is not None else len(first) == usual - 1 or is_header(first, rest)
    if not has_names:
        return _evened(replace(table, rows=rows), usual_width(rows))
    if not rest:
        raise ConfigError(_("The file has names of columns but no rows."))
    if is_second_header(rest[0], rest[1:]):
        table = replace(table, skipped_lines=table.skipped_lines + 1)
        first, rest = (first if len(set(first)) == usual and all(first) else rest[0]), rest[1:]
    repeats = [row for row in rest if row != first]  # files pasted together have their names again
    named = replace(table, names=tuple(_names_over(first, rest, usual)), rows=repeats)
    return _evened(named, len(named.names or ()))


def _names_over(first: Sequence[str], rest: Sequence[Sequence[str]], usual: int) -> list[str]:
    """The names of all columns; R leaves out that of the first, which holds the names of the rows."""
    names = [cell.strip() for cell in first]
    one_short = len(names) == usual - 1 and any(row[-1].strip() for row in rest[:1000] if len(row) == usual)
    return ["", *names] if one_short else names


def _evened(table: TextTable, width: int) -> TextTable:
    """The table with every row filled or cut to `width`, and without nameless columns that hold nothing at all."""
    uneven = [row for row in table.rows if len(row) != width]
    short_of_names = len({len(row) for row in table.rows}) == 1  # all alike: the names are too many, no row is short
    for row in uneven:
        row[:] = (row + [""] * width)[:width]
    even = _without_empty_edges(replace(table, uneven=0 if short_of_names else len(uneven)), width)
    if (len(even.rows[0]) if even.rows else 0) < 2:
        raise ConfigError(_only_one_column())
    return even


def _only_one_column() -> str:
    return _("The file has only one column; two are needed, one of them to predict.")


def _check_width(width: int) -> None:
    if width > MOST_COLUMNS:
        count, limit = format_number(width), format_number(MOST_COLUMNS)
        raise ConfigError(_("The file has {count} columns; at most {limit} can be used.", count=count, limit=limit))


def _is_empty(table: TextTable, names: Sequence[str], place: int) -> bool:
    return not names[place] and not any(row[place] and not row[place].isspace() for row in table.rows)


def _without_empty_edges(table: TextTable, width: int) -> TextTable:
    names = table.names or ("",) * width
    empty = {k for k in {0, width - 1} if _is_empty(table, names, k)}
    between = set(range(1, width, 2))  # where two signs part the cells, as "::" does
    if width > 2 and all(_is_empty(table, names, k) for k in between):
        empty |= between
    if not empty:
        return table
    kept = [k for k in range(width) if k not in empty]
    rows = [[row[k] for k in kept] for row in table.rows]
    return replace(table, names=None if table.names is None else tuple(names[k] for k in kept), rows=rows)
