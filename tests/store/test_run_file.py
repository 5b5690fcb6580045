from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from core.store.run_store import RunStore
from core.store.tables.run_file import SCHEMA, StoreError
from tests.support.kept_runs import columns_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    RunStore(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"The file of runs runs\.db was written by a newer version of Descent Lab\."):
        RunStore(path)
    assert path.read_bytes() == before


ADDED = {  # version -> what it brought, without which a file is one of an older version
    2: ("TABLE snapshots",), 3: ("COLUMN replay",), 4: ("COLUMN cpu_seconds",),
    5: ("COLUMN parent", "COLUMN parent_step"),
    6: ("TABLE predictions",), 7: ("TABLE inherited",), 8: ("COLUMN forked_from", "COLUMN forked_at"),
    9: ("COLUMN validated_on",),
}  # fmt: skip


def of_version(version: int, folder: Path) -> Path:
    """A file with the run "old" as that version wrote it."""
    later = [each for number, parts in ADDED.items() if number > version for each in parts]
    path = folder / "runs.db"
    RunStore(path).add(**columns_of(name="old"))
    with closing(sqlite3.connect(path)) as file:
        for statement in (
            *(f"{'ALTER TABLE runs ' if part.startswith('COLUMN') else ''}DROP {part}" for part in later),
            f"PRAGMA user_version = {version}",
        ):
            file.execute(statement)
    return path


def test_an_older_file_is_brought_up_to_date_with_its_runs(tmp_path: Path) -> None:
    path = of_version(1, tmp_path)
    assert [(run.name, run.cpu_seconds) for run in RunStore(path)] == [("old", None)]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)
        assert file.execute("SELECT count(*) FROM snapshots").fetchone() == (0,)


def test_runs_of_a_file_from_before_there_were_branches_are_none(tmp_path: Path) -> None:
    path = of_version(4, tmp_path)
    store = RunStore(path)
    (old,) = store
    assert (old.name, old.parent, old.parent_step, old.parent_number) == ("old", None, None, None)
    store.add(**columns_of(name="branch", parent=old.id, parent_step=2))
    assert [(run.name, run.parent_number, run.parent_step) for run in RunStore(path).runs("parent = 1")] == [
        ("branch", 1, 2)
    ]


@pytest.mark.parametrize("damage", ["no database", "torn pages"])
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "runs.db"
    store = RunStore(path)
    for _ in range(50):
        store.add(**columns_of())
    store.close()
    data = path.read_bytes()
    broken = b"these are no runs" * 300 if damage == "no database" else data[:4096] + b"\x07" * (len(data) - 4096)
    path.write_bytes(broken)
    (tmp_path / "runs.db.damaged-1").write_bytes(b"of last time")
    store = RunStore(path)
    assert len(store) == 0
    assert store.notice == (
        "The file of runs runs.db is damaged; it is kept as runs.db.damaged-2, and a new one was begun."
    )
    assert (tmp_path / "runs.db.damaged-2").read_bytes() == broken
    assert (tmp_path / "runs.db.damaged-1").read_bytes() == b"of last time"
    store.add(**columns_of())
    assert len(RunStore(path)) == 1


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "songs.db"
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE songs (title)")
    with pytest.raises(StoreError, match=r"The file songs\.db is a database of something else\."):
        RunStore(path)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The file of runs runs\.db cannot be opened\."):
        RunStore(tmp_path / "no folder" / "runs.db")
