"""The way a file separates its cells, guessed from some of its lines.

Each candidate cuts the lines; the best is the one that cuts most of them into the same number of cells, and into cells
that look like numbers, dates and words instead of like whole rows. `csv.Sniffer` is not used: its regular expressions
take minutes on some files.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from core.delimited.cell_shape import shape_of
from core.delimited.dialect import Dialect
from core.delimited.line_splitting import rows_of, split_line

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS = "\t;|,"  # of equally good ones the first: a comma may stand inside numbers
RARE_DELIMITERS = ":^~\x01\x1f"
BLANKS = " "  # any number of blanks and tabs
MOST_ALIKE = 0.9  # of the best candidate's score is as good
FEWEST_ALIKE = 0.8  # of the lines that blanks must cut alike: sentences have blanks as well
LOOKED_AT = 400  # lines
CELLS_LOOKED_AT = 4_000
WIDEST = 20_000  # cells of a line that are looked at: beyond that it is refused anyway

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?;*,*', re.IGNORECASE)
_QUOTED = re.compile(r"(?:^|[\t;|, ])'[^']*'(?=[\t;|, ]|$)")
_RULE = re.compile(r"[\s|+:=*_\-]*[=_\-]{2}[\s|+:=*_\-]*")  # a line drawn across
_THOUSANDS = re.compile(r"\d{3}(?:[.,]\d*)?")  # what follows the blank in 1 234,5
_FOREIGN = {delimiter: re.compile("[" + "".join(c for c in "\t;|" if c != delimiter) + "]") for delimiter in "\t;|, "}


def named_delimiter(line: str) -> str | None:
    """The delimiter that a first line such as "sep=;" names, as Excel reads it; None for any other line."""
    match = _SEPARATOR_LINE.fullmatch(line.strip())
    return match[1] if match else None


def is_rule(line: str) -> bool:
    """True for a line drawn across the table: "-----  -----", "|---|:--|"."""
    return bool(_RULE.fullmatch(line))


def is_beside(line: str, dialect: Dialect) -> bool:
    """True for comments and lines drawn across, which are no rows."""
    return is_rule(line) or bool(dialect.comment and line.startswith(dialect.comment))


def find_dialect(lines: Sequence[str]) -> Dialect:
    """The dialect of a table among whose lines may be titles and comments."""
    comment = comment_in(lines)
    blank = Dialect(comment=comment)
    seen = [line for line in lines if line.strip() and not is_beside(line, blank)][:LOOKED_AT]
    blank = replace(blank, quote=_quote_in(seen))
    scores = {delimiter: _score(replace(blank, delimiter=delimiter), seen) for delimiter in DELIMITERS}
    best = max(scores.values())
    if best < 0.5:
        scores |= {delimiter: _score(replace(blank, delimiter=delimiter), seen) for delimiter in RARE_DELIMITERS}
    scores[BLANKS] = _blank_score(replace(blank, delimiter=BLANKS), seen)
    best = max(scores.values())
    delimiter = next(d for d, score in scores.items() if score >= MOST_ALIKE * best)
    if delimiter == BLANKS:
        delimiter = _cuts_names_too(blank, seen) or BLANKS
    found = replace(blank, delimiter=delimiter)
    return replace(found, escapes=_escapes(found, seen))


def _cuts_names_too(blank: Dialect, lines: Sequence[str]) -> str | None:
    """The delimiter that cuts every line alike, the first among them, which blanks cut into too few cells; or None.

    Dates, telephone numbers and thousands have blanks inside them, the names of their columns have none.
    """
    rows = list(rows_of(lines, replace(blank, delimiter=BLANKS)))
    names, width = len(rows[0]), Counter(map(len, rows[1:])).most_common(1)[0][0] if rows[1:] else 0
    if names >= width:
        return None
    cuts = ({len(row) for row in rows_of(lines, replace(blank, delimiter=sign))} for sign in DELIMITERS)
    return next(
        (sign for sign, widths in zip(DELIMITERS, cuts, strict=True) if len(widths) == 1 and min(widths) > 1), None
    )


def comment_in(lines: Sequence[str]) -> str:
    """The sign that begins comments: of the first line, if others do without it."""
    first = next((line for line in lines if line.strip()), "")
    for sign in ("#", "%", "//", "!", "*"):
        if first.startswith(sign) and not all(line.startswith(sign) for line in lines if line.strip()):
            return sign
    return ""


def _quote_in(lines: Sequence[str]) -> str:
    """An apostrophe where most lines have cells between two, and else the quotation mark."""
    single = sum(bool(_QUOTED.search(line)) for line in lines)
    double = sum('"' in line for line in lines)
    return "'" if single > 0.5 * len(lines) and single > 2 * double else '"'


def _escapes(dialect: Dialect, lines: Sequence[str]) -> bool:
    """True if lines with a backslash before a quotation mark or delimiter come out alike only when it is an escape."""
    signs = (f"\\{dialect.quote}", f"\\{dialect.delimiter}")
    doubtful = [line for line in lines if any(sign in line for sign in signs)]
    if not doubtful:
        return False
    certain = [line for line in lines if line not in set(doubtful)] or lines
    usual = Counter(len(row) for row in rows_of(certain, dialect)).most_common(1)[0][0]
    escaped = replace(dialect, escapes=True)
    plainly, escaping = (sum(len(split_line(line, d)) == usual for line in doubtful) for d in (dialect, escaped))
    return escaping >= plainly if signs[0] in "".join(doubtful) else escaping > plainly


def _score(dialect: Dialect, lines: Sequence[str]) -> float:
    """From 0 to 1: the share of lines of one width, times the share of cells that look like one value each."""
    if not any(dialect.delimiter in line for line in lines):
        return 0.0
    rows = [row[:WIDEST] for row in rows_of(lines, dialect)]
    width, alike = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:  # more lines of text than of the table
        wider = Counter(n for n in map(len, rows) if n > 1)
        width, alike = wider.most_common(1)[0] if wider else (1, 0)
        alike = alike if alike > 0.2 * len(rows) else 0
    if width < 2 or not alike:
        return 0.0
    return alike / len(rows) * (1 - 0.3 / width) * _cleanness(rows, width, dialect.delimiter)


def _cleanness(rows: Sequence[Sequence[str]], width: int, delimiter: str) -> float:
    """The share of cells in rows of this width that hold no other delimiter."""
    foreign = _FOREIGN.get(delimiter) or _FOREIGN[","]
    cells = [cell for row in rows if len(row) == width for cell in row[:CELLS_LOOKED_AT]][:CELLS_LOOKED_AT]
    unlike = sum(bool(foreign.search(cell)) or _holds_numbers(cell) for cell in cells)
    return 1 - unlike / max(len(cells), 1)


def _holds_numbers(cell: str) -> bool:
    """True if a cell is several numbers side by side; "1 234" may be one."""
    parts = cell[:200].split()
    apart = len(parts) > 2 or (len(parts) == 2 and ("  " in cell.strip() or not _THOUSANDS.fullmatch(parts[1])))
    return apart and all(shape_of(part) == "number" for part in parts)


def _blank_score(dialect: Dialect, lines: Sequence[str]) -> float:
    """As `_score`, for blanks, which also stand inside cells: most columns have to be numbers, or the lines many."""
    rows = list(rows_of(lines, dialect))
    if len(rows) < 3:
        return 0.0
    width, alike = Counter(map(len, rows)).most_common(1)[0]
    if width < 2 or alike < FEWEST_ALIKE * len(rows):
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row][:CELLS_LOOKED_AT]
    foreign = sum(cell.endswith((",", ";")) or "\t" in cell or "|" in cell or ";" in cell for cell in cells)
    numbers = sum(shape_of(cell) in ("number", "date", "nothing") for cell in cells)
    told = 1.0 if numbers > 0.3 * len(cells) else 0.6
    return alike / len(rows) * (1 - 0.3 / width) * told * (1 - foreign / max(len(cells), 1))
