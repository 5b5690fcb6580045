"""What the page shows of a file that was read: its first rows, the kind of each column, and what to predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.columns.cell_parsing import clean_text
from core.columns.column import KINDS
from core.delimited.character_sets import ENCODINGS
from core.language import Text, _, ngettext, pgettext, shown
from core.number_format import format_number
from core.tables.target import tasks_for

if TYPE_CHECKING:
    from core.tables.preparation import Prepared
    from core.tables.table import Table

MOST_PREVIEWED = 40  # columns; a page with menus for a thousand would stand still


def view_of(name: str, table: Table, prepared: Prepared) -> dict[str, Any]:
    """Return a table as the page shows it: JSON, its texts in the language in use.

    `columns` are all names, `preview` the first columns with their kind and cells, `used` is False for columns that
    are left out.
    """
    return {
        "name": shown(name),
        "summary": _("{file}: {rows} × {columns}", file=name, rows=_rows(table), columns=_columns(table)),
        "columns": list(table.names),
        "preview": _preview(table, prepared.target),
        "encoding": table.encoding,
        "has_names": table.has_names,
        "notes": [shown(note) for note in prepared.notes],
        "target": prepared.target,
        "task": prepared.task,
        "tasks": list(tasks_for(table, table.column(prepared.target))),
    }


def _preview(table: Table, target: str) -> list[dict[str, Any]]:
    return [
        {
            "name": column.name,
            "kind": column.kind,
            "used": column.is_used or column.name == target,
            "cells": [clean_text(row[place]) for row in table.first_rows],
        }
        for place, column in enumerate(table.columns[:MOST_PREVIEWED])
    ]


def _rows(table: Table) -> Text:
    return ngettext("{count} row", "{count} rows", table.n_rows, count=format_number(table.n_rows))


def _columns(table: Table) -> Text:
    return ngettext("{count} column", "{count} columns", len(table.columns))


def texts_of_page() -> dict[str, str]:
    """Return the texts that the page's JavaScript shows, by its names for them; it fills {name} and {limit} itself."""
    return {
        "title": _("Your CSV"),
        "upload": _("Upload a CSV"),
        "drop": _("or drop it here, at most {limit} MB"),
        "reading": _("Reading {name} …"),
        "unreadable": _("This file could not be opened."),
        "preview": _("First rows, as they were read"),
        "encoding": _("Encoding"),
        "names": _("The first row is names"),
        "kind": _("Kind of {name}"),
        "target": _("Target"),
        "task": _("Task"),
        "classification": _("Classification"),
        "regression": _("Regression"),
        "forecast": pgettext("task", "Forecast"),
        "number": pgettext("kind of column", "number"),
        "category": pgettext("kind of column", "category"),
        "date": pgettext("kind of column", "date"),
        "id": pgettext("kind of column", "id"),
        "text": pgettext("kind of column", "text"),
    }


MENUS: dict[str, list[str]] = {"kinds": list(KINDS), "encodings": list(ENCODINGS)}
