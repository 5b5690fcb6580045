"""Upload: a visitor's CSV file, from the page to a data set, and the choice of what to predict from it.

Nothing that comes from the page is trusted: whatever it sends is read again here, and what cannot be used is
refused in one plain sentence that leaves the last good table as it was. Reading takes up to a second, so a
thread does it, and the callback only takes the bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from core.background_worker import BackgroundWorker
from core.delimited.text_table import LARGEST_FILE
from core.field import ConfigError
from core.language import N_, shown
from core.tables.csv_reader import AS_FOUND, ReadingChoices, read_csv
from core.tables.dataset import csv_dataset
from core.tables.preparation import Prepared, prepare
from core.tables.table import Table
from widgets.controls.upload_requests import (
    NO_CHOICE,
    NO_FILE,
    FileSent,
    ReadingChosen,
    Request,
    TableKept,
    TargetChosen,
    request_in,
    table_kept_in,
)
from widgets.controls.upload_view import MENUS, texts_of_page, view_of
from widgets.controls.validated_widgets import ValidatedWidget
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset

log = logging.getLogger(__name__)

FAULT = N_("The table could not be read because of a fault in the program.")
NOT_KEPT = N_("Your browser could not keep the table; please upload it again.")

OnTable = Callable[[Table], None]
OnRefused = Callable[[str], None]


@dataclass(frozen=True)
class _Read:
    """The result of a request: a file, what a person decided about its reading, and what came of it."""

    file: FileSent
    choices: ReadingChoices
    table: Table
    prepared: Prepared
    dataset: Dataset


class Upload(ValidatedWidget, anywidget.AnyWidget):
    """A box that takes a CSV file, shows what was read, and has menus for the target, the task and the reading.

    `on_table(table)` is called when there is another data set to learn: after a file was read, and after
    another target, task or way to read it was chosen; `dataset()` then returns it. `on_refused(sentence)` is called for
    everything that cannot be used, and nothing changes. Both are called in the thread that reads, or in that
    of the message. `reading` is the name of the file that is being read, else "". `shown` is what the page
    shows, see `view_of`; {} before there is a file. A page can set none of it.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))

    texts = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    largest = t.Int(LARGEST_FILE, read_only=True).tag(sync=True)  # bytes
    menus = t.Dict(MENUS, read_only=True).tag(sync=True)
    reading = t.Unicode().tag(sync=True)
    shown = t.Dict().tag(sync=True)

    def __init__(self, on_table: OnTable, on_refused: OnRefused) -> None:
        self._on_table = on_table
        self._on_refused = on_refused
        self._read: _Read | None = None
        self._worker = BackgroundWorker(self._deal_with, "descent-lab-upload")
        super().__init__(texts=texts_of_page())
        self.on_msg(self._take)

    def dataset(self) -> Dataset | None:
        """The table as a data set with the chosen target and task; None before there is a good file."""
        return None if self._read is None else self._read.dataset

    @property
    def chosen(self) -> dict[str, object] | None:
        """How the table was read and what is predicted from it, as `restore` takes it; None without a table."""
        read = self._read
        if read is None:
            return None
        choices = {**vars(read.choices), "kinds": dict(read.choices.kinds)}
        return {"name": read.file.name, **choices, "target": read.prepared.target, "task": read.prepared.task}

    def restore(self, table: Mapping[str, object]) -> None:
        """Read a table again that the page has kept: its "data" and what `chosen` said of it, or anything."""
        try:
            if table.get("data") is None:
                raise ConfigError(shown(NOT_KEPT))
            self._worker.ask(table_kept_in(table))
        except ConfigError as error:
            self._on_refused(error.args[0])

    def retranslate(self) -> None:
        """Write every text in the language in use; the table and what is predicted from it stay. Calls nobody back."""
        self.texts = texts_of_page()
        if self._read is not None:
            self.shown = view_of(self._read.file.name, self._read.table, self._read.prepared)

    def _take(self, _widget: object, content: dict[str, Any], buffers: object) -> None:
        """One message of the page. It is told when that is dealt with, and then shows `shown` again."""
        try:
            request = request_in(content, buffers)
        except ConfigError as error:
            self._on_refused(error.args[0])
            self._answer()
            return
        if not isinstance(request, FileSent) and self._newer_file_waits():
            self._answer()  # it was made of a table that goes
        else:
            self._worker.ask(request)

    def _answer(self) -> None:
        self.send({"kind": "answered"})

    def _newer_file_waits(self) -> bool:
        return isinstance(self._worker.waiting, FileSent)

    # ---- in the thread that reads

    def _deal_with(self, request: Request) -> None:
        """Reads a file or prepares a choice, shows what came of it, and tells the owner."""
        if isinstance(request, FileSent):
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

    def _result_of(self, request: Request) -> _Read:
        if isinstance(request, FileSent):
            return _read(request, AS_FOUND, None)
        if isinstance(request, TableKept):
            table = read_csv(request.file.data, request.choices)
            prepared = _chosen(table, request.chosen)
            return _Read(request.file, request.choices, table, prepared, csv_dataset(prepared))
        if self._read is None:
            raise ConfigError(shown(NO_FILE))
        read = self._read
        if isinstance(request, ReadingChosen):
            return _read(read.file, request.added_to(read.choices), read.prepared.target)
        prepared = _chosen(read.table, request)
        return _Read(read.file, read.choices, read.table, prepared, csv_dataset(prepared))

    def _adopt(self, read: _Read) -> None:
        """Takes what was read for the present table, unless a newer file is there already."""
        if self._newer_file_waits():
            return
        self._read = read
        self.shown = view_of(read.file.name, read.table, read.prepared)
        self._on_table(read.table)

    def _refuse(self, sentence: str) -> None:
        if not self._newer_file_waits():
            self._on_refused(sentence)


def _read(file: FileSent, choices: ReadingChoices, target: str | None) -> _Read:
    """The file read in this way; `target` stays the target if there still is such a column."""
    table = read_csv(file.data, choices)
    prepared = prepare(table, target if target in table.names else None)
    return _Read(file, choices, table, prepared, csv_dataset(prepared))


def _chosen(table: Table, choice: TargetChosen) -> Prepared:
    """The table prepared for another target, its task guessed where None comes with it."""
    target, task = choice.target, choice.task
    if not isinstance(target, str) or target not in table.names:
        raise ConfigError(shown(NO_CHOICE))
    if task is not None and not isinstance(task, str):
        raise ConfigError(shown(NO_CHOICE))
    return prepare(table, target, task)
