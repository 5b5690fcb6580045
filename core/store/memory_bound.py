"""The bound on runs that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

BYTES = """SELECT (SELECT ifnull(sum(length(data)), 0) FROM series)
           + (SELECT ifnull(sum(length(data)), 0) FROM snapshots)"""
# Snapshots go before any run: without them a run is replayed from its start.
NEXT_SNAPSHOTS = """SELECT id FROM runs WHERE id != ? AND id IN (SELECT run FROM snapshots)
                    ORDER BY deleted IS NULL, starred, started LIMIT 1"""
# Those that a person deleted go first, then the oldest without a star, then the oldest.
NEXT = "SELECT id FROM runs WHERE id != ? ORDER BY deleted IS NULL, starred, started LIMIT 1"


def let_go(connection: sqlite3.Connection, kept: str, most_bytes: int) -> int:
    """Takes snapshots, then runs, other than of `kept` away until all take `most_bytes`; returns how many runs went."""
    gone = 0
    while connection.execute(BYTES).fetchone()[0] > most_bytes:
        bare = connection.execute(NEXT_SNAPSHOTS, (kept,)).fetchone()
        if bare is not None:
            connection.execute("DELETE FROM snapshots WHERE run = ?", (bare[0],))
            continue
        found = connection.execute(NEXT, (kept,)).fetchone()
        if found is None:
            break
        connection.execute("DELETE FROM runs WHERE id = ?", (found[0],))
        gone += 1
    return gone
