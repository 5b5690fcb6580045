"""The bound on runs that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

BYTES = "SELECT ifnull(sum(length(data)), 0) FROM series"
# Those that a person deleted go first, then the oldest without a star, then the oldest.
NEXT = "SELECT id FROM runs WHERE id != ? ORDER BY deleted IS NULL, starred, started LIMIT 1"


def let_go(connection: sqlite3.Connection, kept: str, most_bytes: int) -> int:
    """Takes runs other than `kept` away until all series take `most_bytes`; returns how many went."""
    gone = 0
    while connection.execute(BYTES).fetchone()[0] > most_bytes:
        found = connection.execute(NEXT, (kept,)).fetchone()
        if found is None:
            break
        connection.execute("DELETE FROM runs WHERE id = ?", (found[0],))
        gone += 1
    return gone
