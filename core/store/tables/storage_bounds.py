"""The bounds on what is kept: of all runs in memory, of their snapshots and inherited weights in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

OF_STATES = """SELECT (SELECT ifnull(sum(length(data)), 0) FROM snapshots)
               + (SELECT ifnull(sum(length(data)), 0) FROM inherited)"""
BYTES = f"SELECT (SELECT ifnull(sum(length(data)), 0) FROM series) + ({OF_STATES})"
# Snapshots go before any run: without them a run is replayed from its start. Inherited weights, without which it has no
# start, go when all snapshots are gone.
OF_RUNS = ("snapshots", "inherited")
NEXT_OF = """SELECT id FROM runs WHERE id != ? AND id IN (SELECT run FROM {table})
             ORDER BY deleted IS NULL, starred, started LIMIT 1"""
# Those that a person deleted go first, then the oldest without a star, then the oldest.
NEXT = "SELECT id FROM runs WHERE id != ? ORDER BY deleted IS NULL, starred, started LIMIT 1"


def let_go(connection: sqlite3.Connection, kept: str, most_bytes: int) -> int:
    """Takes snapshots, then runs, other than of `kept` away until all take `most_bytes`; returns how many runs went."""
    gone = 0
    while connection.execute(BYTES).fetchone()[0] > most_bytes:
        if _drop_states(connection, kept):
            continue
        found = connection.execute(NEXT, (kept,)).fetchone()
        if found is None:
            break
        connection.execute("DELETE FROM runs WHERE id = ?", (found[0],))
        gone += 1
    return gone


def bound_snapshots(connection: sqlite3.Connection, kept: str, most_bytes: int) -> None:
    """Takes states of runs other than `kept` away until all take `most_bytes`: those are replayed from step 0."""
    while connection.execute(OF_STATES).fetchone()[0] > most_bytes and _drop_states(connection, kept):
        pass


def _drop_states(connection: sqlite3.Connection, kept: str) -> bool:
    """Takes away the snapshots of one run, the next in turn, or its weights; False if only `kept` has any."""
    for table in OF_RUNS:
        found = connection.execute(NEXT_OF.format(table=table), (kept,)).fetchone()
        if found is not None:
            connection.execute(f"DELETE FROM {table} WHERE run = ?", (found[0],))
            return True
    return False
