"""The snapshots of kept runs as rows of the file's table: one for each array of each state."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from core.snapshots.packed_state import PackedArray, PackedState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from core.snapshots.lasting import Lasting

STEPS = "SELECT DISTINCT step FROM snapshots WHERE run = ? ORDER BY step"
READ = "SELECT step, dtype, shape, data FROM snapshots WHERE run = ? ORDER BY step, place"


def write_snapshots(connection: sqlite3.Connection, id: str, lasting: Lasting) -> None:
    """Makes the snapshots of the run `id` those that are lasting: others go, new ones come."""
    kept = ", ".join(map(str, lasting.steps))
    connection.execute(f"DELETE FROM snapshots WHERE run = ? AND step NOT IN ({kept})", (id,))
    rows = [
        (id, state.step, place, array.dtype, json.dumps(array.shape), array.data)
        for state in lasting.new
        for place, array in enumerate(state.arrays)
    ]
    connection.executemany("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)", rows)


def states_of(rows: Sequence[sqlite3.Row]) -> tuple[PackedState, ...]:
    """The states that the rows found by `READ` hold, by step."""
    return tuple(PackedState(step, tuple(map(_array, found))) for step, found in groupby(rows, lambda row: row["step"]))


def _array(row: sqlite3.Row) -> PackedArray:
    return PackedArray(row["dtype"], tuple(json.loads(row["shape"])), row["data"])
