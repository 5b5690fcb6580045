"""RunStore: the runs of a session or of many, in memory or in a SQLite file that several processes may share."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.export.mlflow_runs import write_mlflow
from core.export.tensorboard_logs import write_tensorboard
from core.language import _
from core.store.kept_run import KeptRun
from core.store.predictions import Predictions
from core.store.run_filter import parse_filter, sorted_runs
from core.store.run_rows import JSON_COLUMNS, OWN_FIELDS, as_row, packed_series, run_of, titled
from core.store.tables import inherited_rows
from core.store.tables.packed_array import unpack
from core.store.tables.snapshot_rows import READ, STEPS, states_of, write_snapshots
from core.store.tables.storage_bounds import bound_snapshots, let_go
from core.store.tables.store_file import StoreFile

if TYPE_CHECKING:
    import os
    import sqlite3

    import numpy as np

    from core.runs.recorded_columns import RecordedColumns
    from core.snapshots.lasting import Lasting
    from core.snapshots.packed_state import PackedState

COLOURS = 10  # a page tells apart
MOST_IN_MEMORY_BYTES = 400_000_000  # of all histories, compressed: some 500 runs of 100 000 steps
MOST_SNAPSHOTS_IN_FILE_BYTES = 4_000_000_000  # of all runs of all visitors
KEPT_WHEN_DELETED_S = 86400.0  # so long a deletion can be undone
SAME = ("settings", "changes", "parent", "parent_step")  # columns in which runs agree that are made the same way
NUMBER_OF = "(SELECT number FROM runs AS other WHERE other.id = runs.{column}) AS {name}"
COLUMNS = ", ".join(
    ("*", *(NUMBER_OF.format(column=column, name=name) for column, name in
            (("parent", "parent_number"), ("forked_from", "forked_number"))))
)  # fmt: skip
MARKS = frozenset({"name", "starred", "hidden", "pinned"})
LONGEST_NAME = 100  # characters


class RunStore(Sequence[KeptRun]):
    """Runs, the newest first; `store[0]` is the last one that began.

    What a method has written when it returns is in the file, also if the process is killed right after. Any thread
    may call any method, and other processes may write the same file.

    >>> store = RunStore()
    >>> len(store), store.runs("lr < 0.1 and optimizer = adam")
    (0, [])
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, visitor: str = "") -> None:
        """Opens the file `path`, which need not exist; None keeps runs in memory, as long as the store lives.

        `visitor` is a key of whose runs they are: one sees their own only; "" sees all, and writes such as are
        nobody's.

        Raises:
            StoreError: The file is of a newer version, is something else or cannot be opened.
        """
        self.path = None if path is None else Path(path)
        self.visitor = visitor
        self._file = StoreFile(self.path)
        self.notice = self._file.notice
        self.predictions = Predictions(self._file, visitor)
        self._deleted: list[list[str]] = []  # what `undelete` brings back, the newest last
        self._read: tuple[object, list[KeptRun]] = (None, [])  # the version that was read, and its runs
        with self._file.writing() as connection:
            connection.execute("DELETE FROM runs WHERE deleted < ?", (time.time() - KEPT_WHEN_DELETED_S,))

    def __repr__(self) -> str:
        return f"RunStore({str(self.path) if self.path else ''!r}, {len(self)} runs)"

    # ---- reading

    def __len__(self) -> int:
        return self._file.query(f"SELECT count(*) FROM runs WHERE {self._mine}", self._me)[0][0]

    def __getitem__(self, place: Any) -> Any:
        """The run at `place`, the newest first, or a list of those in a slice."""
        return self.runs()[place]

    def __iter__(self) -> Iterator[KeptRun]:
        return iter(self.runs())

    def runs(self, filter: str = "", sort: str = "-started") -> list[KeptRun]:
        """The runs that pass `filter`, by the column `sort`, which falls if a minus stands before it.

        Runs without a value of that column come last. See `parse_filter` for filters.

        Raises:
            ConfigError: The filter cannot be read, or there is no such column; the sentence says why.
        """
        passes = parse_filter(filter)
        return sorted_runs([run for run in self._all() if passes(run)], sort)

    def _all(self) -> list[KeptRun]:
        """All runs, the newest first; read again only if somebody has written."""
        with self._file.lock:
            version = self.version
            if self._read[0] != version:
                sql = f"SELECT {COLUMNS} FROM runs WHERE {self._mine} ORDER BY started DESC, number DESC"
                names = self._series_names()
                loads = self._load, self._load_inherited
                runs = [run_of(row, names.get(row["id"], ()), *loads) for row in self._file.query(sql, self._me)]
                self._read = (version, titled(runs))
            return self._read[1]

    def get(self, id: str) -> KeptRun | None:
        """The run called `id`; None if there is none."""
        found = self._file.query(f"SELECT {COLUMNS} FROM runs WHERE {self._mine} AND id = ?", (*self._me, id))
        names = self._series_names(id).get(id, ())
        return run_of(found[0], names, self._load, self._load_inherited) if found else None

    def newest(self, count: int, problems: Sequence[str]) -> list[KeptRun]:
        """The newest runs of these problems that made a step and are not hidden, at most `count`, without histories.

        Their titles tell them from each other. All runs need not be read for it: of a thousand that takes 0.3 s.
        """
        asked = ", ".join("?" * len(problems))
        where = f"{self._mine} AND steps > 0 AND NOT hidden AND problem IN ({asked})"
        sql = f"SELECT {COLUMNS} FROM runs WHERE {where} ORDER BY started DESC, number DESC LIMIT ?"
        found = self._file.query(sql, (*self._me, *problems, count))
        return titled([run_of(row, (), self._load, self._load_inherited) for row in found])

    def newest_like(self, columns: Mapping[str, Any]) -> KeptRun | None:
        """The newest run of the same settings, seed, changes on the way and parent: the same run; None if none is."""
        known = as_row({name: columns.get(name) for name in SAME})
        same = " AND ".join(f"{name} IS ?" for name in known)
        sql = f"SELECT id FROM runs WHERE {self._mine} AND {same} ORDER BY started DESC LIMIT 1"
        found = self._file.query(sql, (*self._me, *known.values()))
        return self.get(found[0]["id"]) if found else None

    def snapshots(self, id: str) -> tuple[PackedState, ...]:
        """The states that are kept of a run, by step; none of one that is not this visitor's."""
        return states_of(self._file.query(READ, (id,))) if self._is_mine(id) else ()

    def snapshot_steps(self, id: str) -> tuple[int, ...]:
        """The steps of the states that are kept of a run, rising, without reading these."""
        return tuple(row["step"] for row in self._file.query(STEPS, (id,))) if self._is_mine(id) else ()

    def to_dict(self) -> dict[str, list[Any]]:
        """The runs without their histories as columns, as `pandas.DataFrame` takes them: name -> a value a run."""
        runs = self.runs()
        own = [name for name in OWN_FIELDS if name not in JSON_COLUMNS]
        settings = list(dict.fromkeys(name for run in runs for name in run.settings if name not in own))
        return {
            **{name: [getattr(run, name) for run in runs] for name in own},
            **{name: [run.settings.get(name) for run in runs] for name in settings},
        }

    def to_tensorboard(self, folder: str | os.PathLike[str], filter: str = "") -> list[Path]:
        """Writes the runs that pass `filter` as TensorBoard's event files, one folder a run; returns the folders."""
        return write_tensorboard(self.runs(filter), folder)

    def to_mlflow(self, tracking_uri: str, filter: str = "") -> list[str]:
        """Hands the runs that pass `filter` on to MLflow, see `write_mlflow`; returns the ids that they have there."""
        return write_mlflow(self.runs(filter), tracking_uri)

    @property
    def version(self) -> tuple[int, int]:
        """A value that differs whenever somebody has written, in this process or another."""
        return self._file.version

    # ---- writing

    def add(self, **columns: Any) -> str:
        """Keeps a new run with the columns that `KeptRun` names; returns its id."""
        id = uuid.uuid4().hex
        with self._file.writing() as connection:
            columns = {"id": id, "visitor": self.visitor, "changes": [], "versions": {}, "replay": {}, **columns}
            columns |= {"number": self._next_number(connection), "colour": self._next_colour(connection)}
            row = as_row(columns)
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
        return id

    def record(
        self,
        id: str,
        history: RecordedColumns | None = None,
        clock: Mapping[str, np.ndarray] = MappingProxyType({}),
        snapshots: Lasting | None = None,
        inherited: Sequence[np.ndarray] = (),
        layers: Mapping[str, np.ndarray] = MappingProxyType({}),
        **columns: Any,
    ) -> None:
        """Writes what has become of a run: its columns, and its whole history in the place of what was kept of it.

        `clock` holds when which step was made: "step" and "seconds" played by then, (k,) each. Of `snapshots` those
        stay that were kept already; None leaves all as they are. `inherited` are the weights that a branch began with,
        `layers` rows of the norms of a model's layers.
        """
        packed = [] if history is None else list(packed_series(id, history, clock, layers))
        with self._file.writing() as connection:
            _update(connection, [id], as_row(columns))
            connection.executemany("INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?)", packed)
            if inherited:
                inherited_rows.write_inherited(connection, id, inherited)
            if snapshots is not None:
                write_snapshots(connection, id, snapshots)
            if self.path is not None and (inherited or snapshots is not None):
                bound_snapshots(connection, id, MOST_SNAPSHOTS_IN_FILE_BYTES)
            if self.path is None and packed and let_go(connection, id, MOST_IN_MEMORY_BYTES):
                self.notice = _("The oldest runs without a star were let go: kept runs may take {size} MB of memory. "
                                "In a file they stay.", size=MOST_IN_MEMORY_BYTES // 10**6)  # fmt: skip

    def mark(self, ids: Sequence[str], **marks: Any) -> None:
        """Gives runs a `name`, or sets them `starred`, `hidden` or `pinned`."""
        if unknown := marks.keys() - MARKS:
            raise TypeError(f"runs cannot be marked as {', '.join(sorted(unknown))}")
        if "name" in marks:
            marks["name"] = str(marks["name"]).strip()[:LONGEST_NAME]
        self._change(ids, marks)

    def delete(self, ids: Sequence[str]) -> None:
        """Takes runs away; `undelete` brings them back, for a day."""
        self._change(ids, {"deleted": time.time()})
        self._deleted.append(list(ids))

    def undelete(self) -> list[str]:
        """Brings back what this store deleted last; returns the ids, none if there is nothing to bring back."""
        ids = self._deleted.pop() if self._deleted else []
        self._change(ids, {"deleted": None})
        return ids

    @property
    def can_undelete(self) -> bool:
        """True if `undelete` would bring something back."""
        return bool(self._deleted)

    def close(self) -> None:
        """Closes the file; runs in memory are gone."""
        self._file.close()

    # ---- inside

    @property
    def _mine(self) -> str:
        """The condition for rows that this visitor sees; `_me` are its parameters."""
        return "deleted IS NULL" + (" AND visitor = ?" if self.visitor else "")

    @property
    def _me(self) -> tuple[str, ...]:
        return (self.visitor,) if self.visitor else ()

    def _change(self, ids: Sequence[str], columns: Mapping[str, Any]) -> None:
        with self._file.writing() as connection:
            _update(connection, [id for id in ids if self._is_mine(id)], columns)

    def _is_mine(self, id: str) -> bool:
        return not self.visitor or bool(
            self._file.query("SELECT 1 FROM runs WHERE id = ? AND visitor = ?", (id, self.visitor))
        )

    def _next_number(self, connection: sqlite3.Connection) -> int:
        return connection.execute("SELECT 1 + ifnull(max(number), 0) FROM runs WHERE visitor = ?",
                                  (self.visitor,)).fetchone()[0]  # fmt: skip

    def _next_colour(self, connection: sqlite3.Connection) -> int:
        """The colour that the fewest runs in sight have, the first of these."""
        used = dict(connection.execute(
            "SELECT colour, count(*) FROM runs WHERE visitor = ? AND deleted IS NULL GROUP BY colour", (self.visitor,)
        ).fetchall())  # fmt: skip
        return min(range(COLOURS), key=lambda colour: used.get(colour, 0))

    def _series_names(self, id: str | None = None) -> dict[str, tuple[tuple[str, str], ...]]:
        """The kind and name of each series by run."""
        where, parameters = ("", ()) if id is None else (" WHERE run = ?", (id,))
        names: dict[str, tuple[tuple[str, str], ...]] = {}
        for run, kind, name in self._file.query(
            f"SELECT run, kind, name FROM series{where} ORDER BY rowid", parameters
        ):
            names[run] = (*names.get(run, ()), (kind, name))
        return names

    def _load(self, run: str, kind: str, name: str) -> np.ndarray:
        found = self._file.query("SELECT data, dtype, shape FROM series WHERE run = ? AND kind = ? AND name = ?",
                            (run, kind, name))  # fmt: skip
        if not found:
            raise KeyError(f"{name} is kept no longer")
        return unpack(found[0]["data"], found[0]["dtype"], tuple(json.loads(found[0]["shape"])))

    def _load_inherited(self, run: str) -> tuple[np.ndarray, ...]:
        return inherited_rows.inherited_of(self._file.query(inherited_rows.READ, (run,)))


def _update(connection: sqlite3.Connection, ids: Sequence[str], columns: Mapping[str, Any]) -> None:
    if columns:
        sets = ", ".join(f"{name} = ?" for name in columns)
        rows = [(*columns.values(), id) for id in ids]
        connection.executemany(f"UPDATE runs SET {sets} WHERE id = ?", rows)
