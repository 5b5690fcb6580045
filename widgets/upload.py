"""Upload: a visitor's CSV file, from the page to a data set, and the choice of what to predict from it.

Nothing that comes from the page is trusted: whatever it sends is read again here, and what cannot be used is
refused in one plain sentence that leaves the last good table as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from core.cells import clean_text
from core.csv_data import LARGEST_FILE, read_csv
from core.dataset import Dataset, csv_dataset
from core.fields import ConfigError, format_number
from core.table import Table, prepare
from widgets.guarded import Guarded

NO_FILE = "What the page sent is not a file."
NO_CHOICE = "The page asked for something that this table does not offer."
TOO_LARGE = f"The file is larger than {LARGEST_FILE // 1_000_000} MB, which is the limit."

OnTable = Callable[[Table], None]
OnRefused = Callable[[str], None]


class Upload(Guarded, anywidget.AnyWidget):
    """A box that takes a CSV file, says what was read, and has menus for the target and the task.

    `on_table(table)` is called when there is another data set to learn: after a file was read, and after
    another target or task was chosen; `dataset()` then returns it. `on_refused(sentence)` is called for
    everything that cannot be used, and nothing changes. `shown` is what the page shows: the file's name,
    shape, columns, notes, target and task; {} before there is a file. A page can set none of it.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")

    largest = t.Int(LARGEST_FILE, read_only=True).tag(sync=True)  # bytes
    shown = t.Dict().tag(sync=True)

    def __init__(self, on_table: OnTable, on_refused: OnRefused) -> None:
        self._on_table = on_table
        self._on_refused = on_refused
        self._name = ""
        self._table: Table | None = None
        self._dataset: Dataset | None = None
        super().__init__()
        self.on_msg(self._take)

    def dataset(self) -> Dataset | None:
        """The table as a data set with the chosen target and task; None before there is a good file."""
        return self._dataset

    def _take(self, _: object, content: dict[str, Any], buffers: object) -> None:
        """One message of the page. It is told when that is dealt with, and then shows `shown` again."""
        try:
            table = self._answer(content, buffers)
        except ConfigError as error:
            self._on_refused(str(error))
        else:
            self._on_table(table)
        self.send({"kind": "answered"})

    def _answer(self, content: dict[str, Any], buffers: object) -> Table:
        kind = content.get("kind")
        if kind == "file":
            return self._read(content.get("name"), _bytes_in(buffers))
        if kind == "too-large":
            raise ConfigError(TOO_LARGE)
        if kind == "choose" and self._table is not None:
            return self._choose(self._table, content.get("target"), content.get("task"))
        raise ConfigError(NO_FILE)

    def _read(self, name: object, data: bytes) -> Table:
        table = read_csv(data)
        self._adopt(table, csv_dataset(table), _file_name(name))
        return table

    def _choose(self, table: Table, target: object, task: object) -> Table:
        """Another target, its task guessed where None comes with it."""
        if not isinstance(target, str) or target not in table.names:
            raise ConfigError(NO_CHOICE)
        if task is not None and not isinstance(task, str):
            raise ConfigError(NO_CHOICE)
        self._adopt(table, csv_dataset(table, target, task), self._name)
        return table

    def _adopt(self, table: Table, dataset: Dataset, name: str) -> None:
        self._table, self._dataset, self._name = table, dataset, name
        self.shown = {
            "name": name,
            "shape": f"{format_number(table.n_rows)} rows × {len(table.columns)} columns",
            "columns": list(table.names),
            "notes": list(prepare(table, dataset.target, dataset.task).notes),
            "target": dataset.target,
            "task": dataset.task,
        }


def _bytes_in(buffers: object) -> bytes:
    if not isinstance(buffers, list) or len(buffers) != 1 or not isinstance(buffers[0], bytes | memoryview):
        raise ConfigError(NO_FILE)
    return bytes(buffers[0])


def _file_name(name: object) -> str:
    return (clean_text(name) if isinstance(name, str) else "") or "Your file"
