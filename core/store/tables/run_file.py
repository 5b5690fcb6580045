"""The SQLite file that runs are kept in: its tables, and what becomes of a file that cannot be opened as it is.

Every file passes through the steps of `SCHEMA` that it has not had, so that an older one becomes a present one.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from core.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = 0x44_4C_52_53  # "DLRS", SQLite's application_id of these files
BUSY_S = 20.0  # how long one process waits for another that writes
BETWEEN_TRIES_S = 0.02

SCHEMA = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, visitor TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL DEFAULT '',
        starred INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0,
        colour INTEGER NOT NULL, deleted REAL, started REAL NOT NULL, updated REAL NOT NULL, state TEXT NOT NULL,
        problem TEXT NOT NULL, family TEXT NOT NULL, optimizer TEXT NOT NULL, seed INTEGER, learning_rate REAL,
        data TEXT NOT NULL DEFAULT '', settings TEXT NOT NULL, changes TEXT NOT NULL, versions TEXT NOT NULL,
        steps INTEGER NOT NULL, steps_per_epoch REAL, batch INTEGER, examples INTEGER, seconds REAL NOT NULL,
        parameters INTEGER, flops REAL, loss REAL, best_loss REAL, best_loss_step INTEGER,
        validation_loss REAL, best_validation_loss REAL, best_validation_loss_step INTEGER,
        metric TEXT NOT NULL DEFAULT '', validation_metric REAL, best_metric REAL, best_metric_step INTEGER
    );
    CREATE INDEX runs_by_start ON runs (visitor, started);
    CREATE INDEX runs_by_problem ON runs (visitor, problem, family, optimizer);
    CREATE INDEX runs_by_rate ON runs (visitor, learning_rate);
    CREATE INDEX runs_by_loss ON runs (visitor, best_loss);
    CREATE INDEX runs_by_metric ON runs (visitor, metric, best_metric);
    CREATE TABLE series (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, kind TEXT NOT NULL, name TEXT NOT NULL,
        dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run, kind, name)
    );
    """,
    """
    CREATE TABLE snapshots (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, step INTEGER NOT NULL, place INTEGER NOT NULL,
        dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run, step, place)
    );
    """,
    "ALTER TABLE runs ADD COLUMN replay TEXT NOT NULL DEFAULT '{}';",
    "ALTER TABLE runs ADD COLUMN cpu_seconds REAL;",
    "ALTER TABLE runs ADD COLUMN parent TEXT; ALTER TABLE runs ADD COLUMN parent_step INTEGER;",
    """
    CREATE TABLE predictions (
        visitor TEXT NOT NULL, law TEXT NOT NULL, settings TEXT NOT NULL, predicted REAL NOT NULL,
        deviation REAL NOT NULL, measured REAL NOT NULL, made REAL NOT NULL,
        UNIQUE (visitor, law, settings, predicted)
    );
    """,
    """
    CREATE TABLE inherited (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, place INTEGER NOT NULL,
        dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run, place)
    );
    """,
    "ALTER TABLE runs ADD COLUMN forked_from TEXT; ALTER TABLE runs ADD COLUMN forked_at INTEGER;",
    "ALTER TABLE runs ADD COLUMN validated_on INTEGER;",
)


class StoreError(ValueError):
    """A file of runs that is not to be written; the message is one sentence for whoever named it."""


def connect(path: Path | None) -> tuple[sqlite3.Connection, str]:
    """A connection to the runs in the file `path`, in memory if None, and a sentence if a damaged file was set aside.

    Raises:
        StoreError: The file is of a newer version, is something else, or cannot be opened.
    """
    if path is None:
        return _opened(":memory:"), ""
    found = _inode(path)
    try:
        return _opened_in_turn(path), ""
    except sqlite3.OperationalError as error:
        raise StoreError(_("The file of runs {file} cannot be opened.", file=path.name)) from error
    except sqlite3.DatabaseError:
        if found and _inode(path) != found:  # another process has set it aside meanwhile
            return connect(path)
        aside = _set_aside(path)
        said = _("The file of runs {file} is damaged; it is kept as {aside}, and a new one was begun.",
                 file=path.name, aside=aside.name)  # fmt: skip
        return _opened_in_turn(path), said


def _opened_in_turn(path: Path) -> sqlite3.Connection:
    """Opens the file once no other process is opening it.

    SQLite's own wait for a busy file does not cover the change to WAL nor the recovery of one: both say "locked" at
    once, see sqlite.org/pragma.html#pragma_journal_mode and sqlite.org/wal.html.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            return _opened(str(path))
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not is_busy or time.monotonic() > deadline:
                raise
        time.sleep(BETWEEN_TRIES_S)


def _opened(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        _check_soundness(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # outlives this process; FULL, which is for the machine, fsyncs
        _bring_up_to_date(connection, Path(name).name)
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _check_soundness(connection: sqlite3.Connection) -> None:
    with closing(connection.execute("PRAGMA quick_check(1)")) as found:
        if found.fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("malformed")


def _bring_up_to_date(connection: sqlite3.Connection, name: str) -> None:
    """Takes the steps of `SCHEMA` that the file has not had, all of them or none; one process at a time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version, mark = _number(connection, "user_version"), _number(connection, "application_id")
        if version > len(SCHEMA) and mark == MARK:
            raise StoreError(_("The file of runs {file} was written by a newer version of Descent Lab.", file=name))
        if mark != MARK and (version or _number(connection, "schema_version")):
            raise StoreError(_("The file {file} is a database of something else.", file=name))
        for step in SCHEMA[version:]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        if version < len(SCHEMA):
            connection.execute(f"PRAGMA application_id = {MARK}")
            connection.execute(f"PRAGMA user_version = {len(SCHEMA)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def _inode(path: Path) -> int:
    """What tells a file from another one of its name; 0 if there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _set_aside(path: Path) -> Path:
    """Renames a damaged file, with what SQLite has put beside it, to a name that is free; returns that."""
    aside = next(name for name in _names_aside(path) if not name.exists())
    path.rename(aside)
    for end in ("-wal", "-shm"):
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    return aside


def _names_aside(path: Path) -> Iterator[Path]:
    count = 1
    while True:
        yield path.with_name(f"{path.name}.damaged-{count}")
        count += 1
