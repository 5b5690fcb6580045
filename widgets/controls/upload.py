"""Upload: a visitor's CSV file, from the page to a data set, and the choice of what to predict from it.

Nothing that comes from the page is trusted: whatever it sends is read again here, and what cannot be used is
refused in one plain sentence that leaves the last good table as it was. Reading takes up to a second, so a
thread does it, and the callback only takes the bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from core.background_worker import BackgroundWorker
from core.columns.cell_parsing import clean_text
from core.delimited.text_table import LARGEST_FILE
from core.field import ConfigError
from core.language import N_, Text, _, ngettext, shown
from core.number_format import format_number
from core.tables.csv_reader import read_csv
from core.tables.dataset import csv_dataset
from core.tables.preparation import Prepared, prepare
from core.tables.table import Table
from widgets.controls.validated_widgets import ValidatedWidget
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset

log = logging.getLogger(__name__)

NO_FILE = N_("What the page sent is not a file.")
NO_CHOICE = N_("The page asked for something that this table does not offer.")
FAULT = N_("The table could not be read because of a fault in the program.")
UNNAMED = N_("Your file")

OnTable = Callable[[Table], None]
OnRefused = Callable[[str], None]


@dataclass(frozen=True)
class _File:
    name: str
    data: bytes


@dataclass(frozen=True)
class _Choice:
    """A choice of what to predict, as the page sent it: anything at all."""

    target: object
    task: object


@dataclass(frozen=True)
class _Read:
    """The result of a request."""

    name: str
    table: Table
    prepared: Prepared
    dataset: Dataset


class Upload(ValidatedWidget, anywidget.AnyWidget):
    """A box that takes a CSV file, says what was read, and has menus for the target and the task.

    `on_table(table)` is called when there is another data set to learn: after a file was read, and after
    another target or task was chosen; `dataset()` then returns it. `on_refused(sentence)` is called for
    everything that cannot be used, and nothing changes. Both are called in the thread that reads, or in that
    of the message. `reading` is the name of the file that is being read, else "". `shown` is what the page
    shows: the file's name, shape, columns, notes, target and task; {} before there is a file. A page can set
    none of it.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))

    texts = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    largest = t.Int(LARGEST_FILE, read_only=True).tag(sync=True)  # bytes
    reading = t.Unicode().tag(sync=True)
    shown = t.Dict().tag(sync=True)

    def __init__(self, on_table: OnTable, on_refused: OnRefused) -> None:
        self._on_table = on_table
        self._on_refused = on_refused
        self._read: _Read | None = None
        self._worker = BackgroundWorker(self._deal_with, "descent-lab-upload")
        super().__init__(texts=_texts())
        self.on_msg(self._take)

    def dataset(self) -> Dataset | None:
        """The table as a data set with the chosen target and task; None before there is a good file."""
        return None if self._read is None else self._read.dataset

    def retranslate(self) -> None:
        """Write every text in the language in use; the table and what is predicted from it stay. Calls nobody back."""
        self.texts = _texts()
        if self._read is not None:
            self.shown = _view(self._read)

    def _take(self, _widget: object, content: dict[str, Any], buffers: object) -> None:
        """One message of the page. It is told when that is dealt with, and then shows `shown` again."""
        try:
            request = _request_in(content, buffers)
        except ConfigError as error:
            self._on_refused(error.args[0])
            self._answer()
            return
        if isinstance(request, _Choice) and self._newer_file_waits():
            self._answer()  # it was made of a table that goes
        else:
            self._worker.ask(request)

    def _answer(self) -> None:
        self.send({"kind": "answered"})

    def _newer_file_waits(self) -> bool:
        return isinstance(self._worker.waiting, _File)

    # ---- in the thread that reads

    def _deal_with(self, request: _File | _Choice) -> None:
        """Reads a file or prepares a choice, shows what came of it, and tells the owner."""
        if isinstance(request, _File):
            self.reading = shown(request.name)
        try:
            self._adopt(self._result_of(request))
        except ConfigError as error:
            self._refuse(error.args[0])
        except Exception:
            log.exception("an upload could not be read")
            self._refuse(shown(FAULT))
        self.reading = ""
        self._answer()

    def _result_of(self, request: _File | _Choice) -> _Read:
        if isinstance(request, _File):
            table = read_csv(request.data)
            prepared, name = prepare(table), request.name
        elif self._read is None:
            raise ConfigError(shown(NO_FILE))
        else:
            table, name = self._read.table, self._read.name
            prepared = _chosen(table, request)
        return _Read(name, table, prepared, csv_dataset(prepared))

    def _adopt(self, read: _Read) -> None:
        """Takes what was read for the present table, unless a newer file is there already."""
        if self._newer_file_waits():
            return
        self._read = read
        self.shown = _view(read)
        self._on_table(read.table)

    def _refuse(self, sentence: str) -> None:
        if not self._newer_file_waits():
            self._on_refused(sentence)


def _request_in(content: dict[str, Any], buffers: object) -> _File | _Choice:
    kind = content.get("kind")
    if kind == "file":
        return _File(_file_name(content.get("name")), _bytes_in(buffers))
    if kind == "choose":
        return _Choice(content.get("target"), content.get("task"))
    raise ConfigError(_too_large() if kind == "too-large" else shown(NO_FILE))


def _too_large() -> Text:
    """The refusal of a file beyond the limit."""
    return _("The file is larger than {megabytes} MB, which is the limit.", megabytes=LARGEST_FILE // 1_000_000)


def _view(read: _Read) -> dict[str, Any]:
    """Return a table as the page shows it: JSON, its texts in the language in use."""
    table, prepared = read.table, read.prepared
    return {
        "name": shown(read.name),
        "summary": _("{file}: {rows} × {columns}", file=read.name, rows=_rows(table), columns=_columns(table)),
        "columns": list(table.names),
        "notes": [shown(note) for note in prepared.notes],
        "target": prepared.target,
        "task": prepared.task,
    }


def _rows(table: Table) -> Text:
    return ngettext("{count} row", "{count} rows", table.n_rows, count=format_number(table.n_rows))


def _columns(table: Table) -> Text:
    return ngettext("{count} column", "{count} columns", len(table.columns))


def _texts() -> dict[str, str]:
    """Return the texts that the page's JavaScript shows, by its names for them; it fills {name} and {limit} itself."""
    return {
        "title": _("Your CSV"),
        "upload": _("Upload a CSV"),
        "drop": _("or drop it here, at most {limit} MB"),
        "reading": _("Reading {name} …"),
        "unreadable": _("This file could not be opened."),
        "target": _("Target"),
        "task": _("Task"),
        "classification": _("Classification"),
        "regression": _("Regression"),
    }


def _chosen(table: Table, choice: _Choice) -> Prepared:
    """The table prepared for another target, its task guessed where None comes with it."""
    target, task = choice.target, choice.task
    if not isinstance(target, str) or target not in table.names:
        raise ConfigError(shown(NO_CHOICE))
    if task is not None and not isinstance(task, str):
        raise ConfigError(shown(NO_CHOICE))
    return prepare(table, target, task)


def _bytes_in(buffers: object) -> bytes:
    if not isinstance(buffers, list) or len(buffers) != 1 or not isinstance(buffers[0], bytes | memoryview):
        raise ConfigError(shown(NO_FILE))
    return bytes(buffers[0])


def _file_name(name: object) -> str:
    return (clean_text(name) if isinstance(name, str) else "") or UNNAMED
