"""The weights that branches began with, as rows of the file's table: apart from snapshots, which may be let go.

Without its snapshots a run is trained again from its start; without these weights a branch has no start.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.snapshots.packed_state import PackedArray

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    import numpy as np

MOST_BYTES = 64_000_000  # of one run: sixteen million weights
WRITE = "INSERT OR IGNORE INTO inherited VALUES (?, ?, ?, ?, ?)"
READ = "SELECT dtype, shape, data FROM inherited WHERE run = ? ORDER BY place"


def write_inherited(connection: sqlite3.Connection, id: str, weights: Sequence[np.ndarray]) -> None:
    """Keeps the `weights` that the run `id` began with, unless they are too large or kept already."""
    packed = [PackedArray.of(value) for value in weights]
    if sum(len(array.data) for array in packed) <= MOST_BYTES:
        rows = [(id, place, array.dtype, json.dumps(array.shape), array.data) for place, array in enumerate(packed)]
        connection.executemany(WRITE, rows)


def inherited_of(rows: Sequence[sqlite3.Row]) -> tuple[np.ndarray, ...]:
    """The weights that the rows found by `READ` hold."""
    return tuple(PackedArray(row["dtype"], tuple(json.loads(row["shape"])), row["data"]).unpack() for row in rows)
