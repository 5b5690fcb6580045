"""The table within a file: titles and comments stand above it, sources and totals below."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from core.delimited.cell_shape import shape_of
from core.delimited.header import is_header
from core.delimited.line_splitting import numbered_rows, split_line
from core.delimited.sniffing import is_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.delimited.dialect import Dialect

MOST_TITLE_LINES = 1_000
MOST_FOOTERS = 50
MOST_BREAKS = 1_000  # blank lines below which another table is looked for
LOOKED_AT = 200  # lines of the first one
BLANK_SIGNS = " \t\"'"
MOST_BLOCK_LINES = 50  # of facts above a blank line, which may be as wide as the table
_TOTALS = frozenset(
    [
        "total",
        "totals",
        "sum",
        "grand",
        "total",
        "average",
        "mean",
        "summe",
        "gesamt",
        "total",
        "général",
        "итого",
        "всего",
        "合计",
        "總計",
        "总计",
        "平均",
    ]
) | {"grand total", "total général", "all", "合計"}
_SOURCE = re.compile(
    r"\s*(sources?|notes?|remarks?|quelle|hinweis|anmerkung|fuente|nota|источник|примечание|注|来源|资料来源|数据来源)\s*[:：]"
    r"|\s*[*†©]",
    re.IGNORECASE,
)
Numbered = tuple[int, list[str]]


def start_of_table(lines: Sequence[str], dialect: Dialect) -> int:
    """The index of the line with the table's first row, which may be the names of its columns."""
    rows = [(place, row) for place, row in numbered_rows(lines, dialect) if not is_beside(lines[place], dialect)]
    width = dialect.width
    for k, (place, row) in enumerate(rows):
        following = [later for _place, later in rows[k + 1 : k + 6]]
        if _begins_table(row, following, width) and not _is_prose(lines[place], following, dialect):
            return _after_facts(lines, rows[k:], dialect) or _names_below(rows[k:], width) or place
    return rows[0][0] if rows else 0


def _begins_table(row: Sequence[str], following: Sequence[Sequence[str]], width: int) -> bool:
    if not following:
        return True
    fits = len(row) == width or (len(row) >= width - 1 and _is_named(row, following, width))
    if not fits or not any(len(later) == width for later in following[:2]):
        return False
    filled = _filled(row)
    return 2 * filled > width or max(map(_filled, following)) < 1.5 * filled


def _is_named(row: Sequence[str], following: Sequence[Sequence[str]], width: int) -> bool:
    """True for names that are one short of the cells below, as R writes them, or more: some columns were not filled.

    Words that are too many may also be the commas of a title, so numbers have to stand right below them.
    """
    cells = [cell.strip() for cell in row]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) > width and not (_all_words(cells) and _holds_values(following[0], width)):
        return False
    return all(cells) and len(set(cells)) == len(cells)


def _all_words(cells: Sequence[str]) -> bool:
    return all(shape_of(cell) == "word" for cell in cells)


def _holds_values(row: Sequence[str], width: int) -> bool:
    """True if one of the cells is a number or a date, and there are `width` of them; 0 is any number of cells."""
    return (not width or len(row) == width) and any(shape_of(cell) in ("number", "date") for cell in row)


def _is_prose(line: str, following: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """True for a title with the commas of a sentence, above names and values that have no blank behind theirs."""
    if dialect.delimiter != "," or not line.count(",") or line.count(", ") < line.count(","):
        return False
    names_and_row = [list(row) for row in following[:2]]
    blank_behind = any(cell[:1] == " " for row in names_and_row for cell in row[1:])
    below = len(names_and_row) == 2 and _all_words(names_and_row[0]) and _holds_values(names_and_row[1], dialect.width)
    return below and not blank_behind


def _names_below(rows: Sequence[Numbered], width: int) -> int | None:
    """The names below rows of one or two cells, which a spreadsheet fills up with empty ones; None without such."""
    for k, (place, row) in enumerate(rows[:MOST_BLOCK_LINES]):
        if len(row) != width or _filled(row) == width:
            is_names = k > 0 and _all_words(row) and len(set(row)) == width and k + 1 < len(rows)
            return place if is_names and _holds_values(rows[k + 1][1], width) else None
        if _filled(row) > min(2, width - 1) or row[-1].strip():
            return None
    return None


def _after_facts(lines: Sequence[str], rows: Sequence[Numbered], dialect: Dialect) -> int | None:
    """The first row below a blank line that is all words over numbers, if what stands above is not the names.

    Nor is it a table itself, with more rows than there are below.
    """
    seen = lines[: rows[0][0] + MOST_BLOCK_LINES]
    blanks = {k for k, line in enumerate(seen) if is_blank(line, dialect)}
    rows = [(place, row) for place, row in rows if place not in blanks]
    for k, (place, row) in enumerate(rows[1:MOST_BLOCK_LINES], start=1):
        if place - 1 not in blanks or k + 1 >= len(rows):
            continue
        if len(row) == dialect.width and _all_words(row) and _holds_values(rows[k + 1][1], 0):
            above = [earlier for _place, earlier in rows[:k]]
            return None if k > len(rows) - k and is_header(above[0], above[1:]) else place
    return None


def is_blank(line: str, dialect: Dialect) -> bool:
    """True for a line without a cell that is filled: a spreadsheet writes a blank row as ",,,"."""
    return not line.strip(dialect.delimiter + BLANK_SIGNS)


def end_of_table(lines: Sequence[str], dialect: Dialect) -> int:
    """The index of the blank line below which another table begins, or else the number of lines.

    Another table begins with words where the first has numbers, and has values below them.
    """
    blanks = [k for k in range(1, len(lines) - 2) if is_blank(lines[k], dialect) and lines[k + 1].strip()]
    if not blanks:
        return len(lines)
    first = [row for _place, row in numbered_rows(lines[: min(blanks[0], LOOKED_AT)], dialect)]
    for k in blanks[:MOST_BREAKS]:
        names, *below = [split_line(line, dialect) for line in lines[k + 1 : k + 4] if line.strip()]
        alike = len(below) > 0 and all(len(row) == len(names) for row in below)
        if alike and names != first[0] and _heads_other_table(names, below, first):
            return k
    return len(lines)


def _heads_other_table(names: list[str], below: list[list[str]], first: list[list[str]]) -> bool:
    if len(names) < 2 or not _all_words(names) or not all(_holds_values(row, 0) for row in below):
        return False
    columns = [[shape_of(row[k]) for row in first[1:] if k < len(row)] for k in range(min(len(names), len(first[0])))]
    return any(shapes and shapes.count("number") > 0.8 * len(shapes) for shapes in columns)


def without_footers(rows: list[list[str]], width: int) -> list[list[str]]:
    """The rows up to the last one of data: sources, notes and sums at the foot are left out."""
    end = len(rows)
    begins = Counter(shape_of(row[0]) for row in rows[1:100]).most_common(1)
    numbered = bool(begins) and begins[0][0] in ("number", "date")
    while end > max(len(rows) - MOST_FOOTERS, 1) and _is_footer(rows[end - 1], width, numbered):
        end -= 1
    if end > 2 and _is_total(rows[end - 1]):
        end -= 1
    return rows[:end]


def _is_footer(row: Sequence[str], width: int, numbered: bool) -> bool:
    """True for a row of words, short of cells; `numbered` says that the others begin with a number."""
    filled = [cell for cell in row if cell.strip()]
    if shape_of(filled[0]) != "word":
        return False
    if _SOURCE.match(filled[0]) and (len(row) != width or numbered):  # its commas are those of a sentence
        return True
    few = len(filled) <= max(1, width // 3) and (len(row) < width or width > 2)
    return few or (len(row) < width and numbered)


def _is_total(row: Sequence[str]) -> bool:
    first = next(cell for cell in row if cell.strip())
    return first.strip().rstrip(":").lower() in _TOTALS and any(shape_of(cell) == "number" for cell in row)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def _filled(row: Sequence[str]) -> int:
    return sum(not (cell == "" or cell.isspace()) for cell in row)
