"""The kind of a column: what its cells and its name suggest, or what a person chooses."""

from __future__ import annotations

import math
import re
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from core.columns.cell_parsing import is_absent
from core.columns.column import Column, Kind
from core.columns.date_cells import DateCells, date_cells
from core.columns.number_cells import LARGEST_NUMBER
from core.columns.unix_time import is_time_name, unix_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.columns.number_cells import NumberCells

MOSTLY = 0.9  # of a column's cells have to be numbers
FEW_VALUES = 20  # texts of so many different values are categories
MOST_VALUES = 50  # of a category, where each comes again often enough
OFTEN = 5  # times
SHORT_TEXT = 30  # characters on average; longer ones are sentences
LOOKED_AT = 500  # different texts
ALMOST_ALL = 0.95
FEWEST_IN_A_ROW = 50  # rows counted in the first column are no quantity

_ID_NAME = re.compile(
    r"(^|[_\s.\-#(])(id|ids|idx|index|uuid|guid|key|nr|no|num|row|rownumber|record|serial|sno|number|code|unnamed)"
    r"([_\s.:\-)]|$)|编号|序号|學號|学号|номер|№|^#?$|番号|번호",
    re.IGNORECASE,
)
_ID_ENDING = re.compile(r"[a-z](Id|ID|No|Nr|Number|Key|Index|UUID)$")
_ZEROS = re.compile(r"\s*0\d")
_CODE = re.compile(r"[A-Za-z]{0,5}[-_ ]?\d[\w\-]*|[0-9a-fA-F]{6,}|[0-9a-fA-F-]{36}")
_PLACES = re.compile(
    r"\b(t|x|time|zeit|temps|tiempo|step|year|jahr|month|day|week|hour|age|年|月|日|时间)\b", re.IGNORECASE
)


def column_of(
    name: str, heading: str, cells: Sequence[str], found: NumberCells, place: int, width: int, comma: bool
) -> Column:
    """The column, of the kind that its cells and its name suggest.

    Args:
        name: its name.
        heading: the name in the file, which may be empty: programs write the numbers of rows under no name.
        cells: its cells.
        found: their readings as numbers.
        place: its position, 0 for the first.
        width: the number of columns.
        comma: whether doubtful numbers have decimal commas.
    """
    if _are_numbers(found) and not _are_codes(cells):
        dates = _run_together_dates(cells) or _unix_times(name, cells, found, comma)
        if dates is not None:
            return Column(name, "date", dates=dates)
        column = numbers_column(name, "number", cells, found, comma)
        return _as_id(column) if _counts_rows(column, heading, place, width) else column
    dates = None if found.share > 0.5 else date_cells(cells, may_be_numbers=False)
    if dates is not None:
        return Column(name, "date", dates=dates)
    column = texts_column(name, "category", cells)
    return Column(name, _kind_of_texts(column, heading), texts=column.texts)


def as_kind(name: str, kind: Kind, cells: Sequence[str], found: NumberCells, comma: bool) -> Column | None:
    """The column read as `kind`, None where its cells cannot be."""
    if kind == "number":
        return numbers_column(name, kind, cells, found, comma) if found.share > 0 else None
    if kind == "date":
        dates = date_cells(cells) or unix_times(found.values(cells, comma))
        return None if dates is None else Column(name, kind, dates=dates)
    if kind == "id" and _are_numbers(found):
        return numbers_column(name, kind, cells, found, comma)
    return texts_column(name, kind, cells)


def numbers_column(name: str, kind: Kind, cells: Sequence[str], found: NumberCells, comma: bool) -> Column:
    """A column of numbers; those that no model could compute with count as missing."""
    values = found.values(cells, comma)
    too_large = np.abs(values) > LARGEST_NUMBER
    if too_large.any():
        values = np.where(too_large, math.nan, values)
    return Column(name, kind, values, words=tuple(found.words.items()), infinite=int(too_large.sum()))


def texts_column(name: str, kind: Kind, cells: Sequence[str]) -> Column:
    """A column of texts, "" where they are missing."""
    # Each different cell is read once.
    read = {cell: "" if is_absent(cell) else cell.strip() for cell in set(cells)}
    return Column(name, kind, texts=tuple(read[cell] for cell in cells))


def _are_numbers(found: NumberCells) -> bool:
    """True for numbers with a few words among them, unless the words are values beside few others, as "3+"."""
    if not found.share:
        return False
    if not found.words:
        return True
    return found.share >= MOSTLY and len(found.readings) > FEW_VALUES


def _are_codes(cells: Sequence[str]) -> bool:
    """True for digits that zeros before them tell apart: "1", "01" and "001" are three values, as numbers one."""
    if not any(map(_ZEROS.match, cells)):
        return False
    different = {cell.strip() for cell in cells}
    return all(map(str.isdecimal, different - {""})) and len({cell.lstrip("0") for cell in different}) < len(different)


def _run_together_dates(cells: Sequence[str]) -> DateCells | None:
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return date_cells(cells) if len(first) in (8, 12, 14) and first.isdecimal() else None


def _unix_times(name: str, cells: Sequence[str], found: NumberCells, comma: bool) -> DateCells | None:
    return unix_times(found.values(cells, comma)) if is_time_name(name) and not found.words else None


def _counts_rows(column: Column, heading: str, place: int, width: int) -> bool:
    """True for numbers that name their row: different in each, and called so, or counted in the first column."""
    numbers = column.numbers
    assert numbers is not None
    known = numbers[column.known]
    if len(known) < 10 or not np.array_equal(known, np.round(known)):
        return False
    different = column.n_values / len(known)
    if is_id_name(heading):
        return different > ALMOST_ALL or (different > 0.5 and column.n_values > FEW_VALUES)
    counted = different == 1 and known[0] in (0, 1) and np.all(np.diff(known) > 0) and known[-1] < 1.1 * len(known)
    return bool(counted and place == 0 and width > 3 and len(known) >= FEWEST_IN_A_ROW and not _PLACES.search(heading))


def is_id_name(name: str) -> bool:
    """True for names of columns that name rows: "id", "PassengerId", "customer_no", "编号"."""
    return bool(_ID_NAME.search(name) or _ID_ENDING.search(name))


def _as_id(column: Column) -> Column:
    return Column(column.name, "id", column.numbers, words=column.words, infinite=column.infinite)


def _kind_of_texts(column: Column, heading: str) -> Kind:
    """Categories come again; texts that are different in each row name it, or are sentences."""
    filled, n = len(column.known) - column.missing, column.n_values
    unique = filled >= 10 and n >= ALMOST_ALL * filled
    if not unique and (n <= FEW_VALUES or (n <= MOST_VALUES and filled >= OFTEN * n)):
        return "category"
    sample = list(islice((text for text in dict.fromkeys(column.texts or ()) if text), LOOKED_AT))
    codes = sum(bool(_CODE.fullmatch(text)) for text in sample) > 0.9 * len(sample)
    if unique and codes:
        return "id"
    sentences = sum(map(len, sample)) > SHORT_TEXT * len(sample) or any("\n" in text for text in sample)
    return "id" if unique and not sentences and is_id_name(heading) else "text"
