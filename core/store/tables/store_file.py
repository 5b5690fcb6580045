"""The open file of runs, which any thread may read and write: one query or one transaction at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.store.tables.run_file import connect

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class StoreFile:
    """A connection to the file `path`, or to tables in memory if that is None.

    Attributes:
        path: The file; None in memory.
        notice: A sentence if a damaged file was set aside, else "".
        lock: Held by whoever reads or writes.
    """

    def __init__(self, path: Path | None) -> None:
        """Opens the file; raises StoreError as `connect`."""
        self.path = path
        self.lock = threading.RLock()
        self._connection, self.notice = connect(path)

    @property
    def version(self) -> tuple[int, int]:
        """A value that differs whenever somebody has written, in this process or another."""
        with self.lock:
            others = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return others, self._connection.total_changes

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows that `sql` finds."""
        with self.lock:
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all that is done in it is in the file when it ends, or nothing."""
        with self.lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Closes the file; what was in memory is gone."""
        with self.lock:
            self._connection.close()
