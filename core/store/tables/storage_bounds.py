"""The bounds on what is kept: of all runs in memory, of their snapshots in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

OF_SNAPSHOTS = "SELECT ifnull(sum(length(data)), 0) FROM snapshots"
BYTES = f"SELECT (SELECT ifnull(sum(length(data)), 0) FROM series) + ({OF_SNAPSHOTS})"
# Snapshots go before any run: without them a run is replayed from its start.
NEXT_SNAPSHOTS = """SELECT id FROM runs WHERE id != ? AND id IN (SELECT run FROM snapshots)
                    ORDER BY deleted IS NULL, starred, started LIMIT 1"""
# Those that a person deleted go first, then the oldest without a star, then the oldest.
NEXT = "SELECT id FROM runs WHERE id != ? ORDER BY deleted IS NULL, starred, started LIMIT 1"


def let_go(connection: sqlite3.Connection, kept: str, most_bytes: int) -> int:
    """Takes snapshots, then runs, other than of `kept` away until all take `most_bytes`; returns how many runs went."""
    gone = 0
    while connection.execute(BYTES).fetchone()[0] > most_bytes:
        if _drop_snapshots(connection, kept):
            continue
        found = connection.execute(NEXT, (kept,)).fetchone()
        if found is None:
            break
        connection.execute("DELETE FROM runs WHERE id = ?", (found[0],))
        gone += 1
    return gone


def bound_snapshots(connection: sqlite3.Connection, kept: str, most_bytes: int) -> None:
    """Takes snapshots of runs other than `kept` away until all take `most_bytes`: those are replayed from step 0."""
    while connection.execute(OF_SNAPSHOTS).fetchone()[0] > most_bytes and _drop_snapshots(connection, kept):
        pass


def _drop_snapshots(connection: sqlite3.Connection, kept: str) -> bool:
    """Takes away those of one run, the next in turn; False if no other run than `kept` has any."""
    found = connection.execute(NEXT_SNAPSHOTS, (kept,)).fetchone()
    if found is not None:
        connection.execute("DELETE FROM snapshots WHERE run = ?", (found[0],))
    return found is not None
