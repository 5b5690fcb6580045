"""Reads a visitor's file: bytes in, a `Table` or one plain sentence out, with notes on whatever was guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.columns.cell_parsing import labels, one_line
from core.columns.column import KINDS, Column
from core.columns.column_kind import as_kind, column_of
from core.columns.number_cells import NumberCells, number_cells, reading_of
from core.columns.sentences import listed
from core.columns.units import POWERS, WithoutUnits, without_units
from core.delimited.text_table import MOST_ROWS, TextTable, read_text_table
from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number
from core.tables.table import PREVIEWED, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class ReadingChoices:
    """What a person decided about the reading of a file; None and {} leave it to the file.

    `kinds` has the kind of columns by name, and `has_names` says whether the first row is names.
    """

    encoding: str | None = None
    has_names: bool | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)


AS_FOUND = ReadingChoices()


def read_csv(data: bytes, choices: ReadingChoices = AS_FOUND) -> Table:
    """The table in a file of at most 5 MB, with `notes` on what was guessed or left out.

    Raises:
        ConfigError: one sentence why the file cannot be read, or why a choice does not fit it.
    """
    text = read_text_table(data, choices.encoding, choices.has_names)
    names, notes = _names_of(text)
    plain = [without_units(list(column)) for column in zip(*text.rows, strict=True)]
    cells = [column.cells for column in plain]
    notes += _notes_on_units(names, plain)
    found = [number_cells(column) for column in cells]
    commas, doubts = _decimal_commas(names, found)
    columns = tuple(
        _column(choices, text, name, cells[place], found[place], (place, commas[place]))
        for place, name in enumerate(names)
    )
    return Table(
        columns,
        len(text.rows),
        (*_notes_on_file(text), *notes, *doubts, *_notes_on_words(columns)),
        text.encoding,
        text.encoding_guessed,
        text.delimiter,
        text.names is not None,
        text.skipped_lines,
        tuple(map(tuple, text.rows[:PREVIEWED])),
    )


def _column(
    choices: ReadingChoices,
    text: TextTable,
    name: str,
    cells: Sequence[str],
    found: NumberCells,
    place: tuple[int, bool],
) -> Column:
    wanted, (number, comma) = choices.kinds.get(name), place
    if wanted is None:
        heading = name if text.names is None else text.names[number]
        return column_of(name, heading, cells, found, number, len(text.rows[0]), comma)
    kind = next((known for known in KINDS if known == wanted), None)
    column = None if kind is None else as_kind(name, kind, cells, found, comma)
    if column is None:
        raise ConfigError(_("The column {name} cannot be read in the kind that was chosen.", name=name))
    return column


# ---- names


def _names_of(text: TextTable) -> tuple[tuple[str, ...], list[str]]:
    """A name for each column, all different, and notes on what had to be changed."""
    if text.names is None:
        names = labels([""] * len(text.rows[0]), _number_name)
        return names, [_("The first row is data, so the columns are numbered.")]
    names = labels(text.names, _number_name)
    doubled = len(text.names) - len({one_line(name) for name in text.names}) - max(text.names.count("") - 1, 0)
    note = ngettext(
        "A number was added to the name of one column that another column has as well.",
        "A number was added to the names of {count} columns that another column has as well.",
        doubled,
    )
    return names, [note] if doubled > 0 else []


def _number_name(number: int) -> str:
    """A name for a column that has none; a plain str, for it names the column whatever language comes later."""
    return str(_("Column {number}", number=number))


# ---- decimals


def _decimal_commas(names: Sequence[str], found: Sequence[NumberCells]) -> tuple[list[bool], list[str]]:
    """Whether decimals begin with a comma in each column, and notes where that is open or decided by other columns."""
    whole = sum((column.comma > column.point) - (column.point > column.comma) for column in found)
    commas, notes = [], []
    for name, column in zip(names, found, strict=True):
        here = column.comma - column.point
        commas.append(here > 0 or (here == 0 and whole > 0))
        if column.doubtful and here == 0:
            notes += _doubt(name, column, commas[-1], decided=whole != 0)
    return commas, notes[:MOST_DOUBTS]


MOST_DOUBTS = 5  # notes on doubtful numbers


def _doubt(name: str, column: NumberCells, comma: bool, decided: bool) -> list[str]:
    reading = reading_of(column.example)
    if reading is None or reading.other is None or column.share < 0.5:
        return []
    decimal = (reading.mark == ",") == comma
    first, second = (reading.number, reading.other) if decimal else (reading.other, reading.number)
    words = {"name": name, "cell": column.example, "first": format_number(first), "second": format_number(second)}
    if not decided:
        return [
            _(
                "“{cell}” in {name} may be {first} or {second}: nothing in the file decides. It is read as {first}.",
                **words,
            )
        ]
    if decimal:
        return []
    del words["second"]
    return [_("“{cell}” in {name} is read as {first}, since decimals look different in other columns.", **words)]


# ---- notes


def _notes_on_file(text: TextTable) -> list[str]:
    notes: list[str] = []
    if text.encoding_guessed:
        notes.append(
            _("The encoding is a guess: {encoding}. Choose another one if letters look wrong.", encoding=text.encoding)
        )
    if text.skipped_lines:
        notes.append(_above(text.skipped_lines))
    if text.footers:
        notes.append(_below(text.footers))
    if text.further:
        notes.append(_("The file has another table below this one, which is left out; save it as a file of its own."))
    if text.uneven:
        notes.append(_uneven(text.uneven))
    if text.cut:
        notes.append(_("Only the first {limit} rows are used.", limit=format_number(MOST_ROWS)))
    return notes


def _above(lines: int) -> str:
    return ngettext(
        "One line above the table is left out: a title, a comment or nothing.",
        "{count} lines above the table are left out: titles, comments or nothing.",
        lines,
        count=format_number(lines),
    )


def _below(rows: int) -> str:
    return ngettext(
        "One row below the table is left out: a note or a sum.",
        "{count} rows below the table are left out: notes or sums.",
        rows,
        count=format_number(rows),
    )


def _uneven(rows: int) -> str:
    return ngettext(
        "One row is longer or shorter than the others; missing cells are empty, extra ones left out.",
        "{count} rows are longer or shorter than the others; missing cells are empty, extra ones left out.",
        rows,
        count=format_number(rows),
    )


def _notes_on_units(names: Sequence[str], columns: Sequence[WithoutUnits]) -> list[str]:
    """Notes on what stood behind numbers."""
    notes: list[str] = []
    for name, column in zip(names, columns, strict=True):
        units = listed(column.units)
        if set(column.units) & set(POWERS):
            said = _(
                "{units} behind the numbers of {name} count as thousands, millions and so on.", units=units, name=name
            )
            notes.append(said)
        elif column.units:
            notes.append(_("{units} behind the numbers of {name} is taken for their unit.", units=units, name=name))
    return notes[:MOST_DOUBTS]


def _notes_on_words(columns: Sequence[Column]) -> list[str]:
    """Notes on cells of columns of numbers that are none, and on numbers too large to compute with."""
    with_words = [column for column in columns if column.kind == "number" and column.words]
    notes: list[str] = []
    if with_words:
        words = listed(word for column in with_words for word, _count in column.words)
        names = listed(column.name for column in with_words)
        notes.append(_("{words} in {names} is no number and counts as missing.", words=words, names=names))
    infinite = [column.name for column in columns if column.infinite and column.kind == "number"]
    if infinite:
        notes.append(_("Infinite or huge numbers in {names} count as missing.", names=listed(infinite)))
    return notes
