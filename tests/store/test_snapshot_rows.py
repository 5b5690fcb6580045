"""The snapshots of kept runs: what was written is there, and goes with its run."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.runs.recorded_columns import RecordedColumns
from core.snapshots.lasting import Lasting
from core.snapshots.trainer_state import TrainerState
from core.store import run_store
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from core.store.run_store import RunStore
from tests.store.test_snapshot_rows import states
from core.snapshots.lasting import Lasting
from tests.support.kept_runs import columns_of
store = RunStore(sys.argv[1])
id = store.add(**columns_of())
store.record(id, snapshots=Lasting.of(states(0, 10, 20)))
print(id, flush=True)
sys.stdin.read()
"""


def states(*steps: int) -> list[TrainerState]:
    return [TrainerState(step, (np.full((2, 3), step, np.float32), np.array(step))) for step in steps]


def steps_kept(store: RunStore, id: str) -> list[int]:
    return [state.step for state in store.snapshots(id)]


def test_new_states_join_those_that_stay_and_the_others_go() -> None:
    store = RunStore()
    id, other = store.add(**columns_of()), store.add(**columns_of())
    store.record(other, snapshots=Lasting.of(states(5)))
    store.record(id, snapshots=Lasting.of(states(0, 10, 20)))
    store.record(id, steps=30)
    assert steps_kept(store, id) == [0, 10, 20]
    (new,) = Lasting.of(states(40)).new
    store.record(id, snapshots=Lasting((0, 20, 40), (new,)))
    assert steps_kept(store, id) == [0, 20, 40]
    assert steps_kept(store, other) == [5]
    for state in store.snapshots(id):
        first, second = state.unpack().values
        assert (first.tolist(), int(second)) == ([[state.step] * 3] * 2, state.step)


def test_what_was_acknowledged_survives_a_killed_writer(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "runs.db")]
    writer = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    id = writer.stdout.readline().strip()
    writer.kill()
    writer.communicate()
    assert steps_kept(RunStore(tmp_path / "runs.db"), id) == [0, 10, 20]


def test_a_deletion_takes_them_along_once_it_cannot_be_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.db"
    store = RunStore(path)
    kept, gone = store.add(**columns_of()), store.add(**columns_of())
    for id in (kept, gone):
        store.record(id, snapshots=Lasting.of(states(0, 10)))
    store.delete([gone])
    assert store.undelete() == [gone]
    assert steps_kept(store, gone) == [0, 10]
    store.delete([gone])
    store.close()
    monkeypatch.setattr(run_store, "KEPT_WHEN_DELETED_S", -1.0)
    RunStore(path).close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT DISTINCT run FROM snapshots").fetchall() == [(kept,)]


def test_a_visitor_does_not_read_those_of_another(tmp_path: Path) -> None:
    mine, other = (RunStore(tmp_path / "runs.db", visitor) for visitor in ("a" * 20, "b" * 20))
    id = mine.add(**columns_of())
    mine.record(id, snapshots=Lasting.of(states(0)))
    assert (steps_kept(mine, id), steps_kept(other, id)) == ([0], [])


def test_in_memory_the_snapshots_of_old_runs_are_let_go_before_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_store, "MOST_IN_MEMORY_BYTES", 40_000)
    store, numbers = RunStore(), np.random.default_rng(0)
    ids = [store.add(**columns_of(started=float(number))) for number in range(6)]
    store.mark(ids[:1], starred=True)
    history = RecordedColumns({"step": np.arange(3), "loss": np.ones(3)}, {})
    for id in ids:
        weights = TrainerState(0, (numbers.random(1500),))  # 12 kB
        store.record(id, history, snapshots=Lasting.of([weights]))
    assert len(store) == 6
    assert store.notice == ""
    assert [bool(store.snapshots(id)) for id in ids] == [True, False, False, False, True, True]


def test_in_a_file_all_runs_stay_and_the_snapshots_of_old_ones_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run_store, "MOST_SNAPSHOTS_IN_FILE_BYTES", 40_000)
    store, numbers = RunStore(tmp_path / "runs.db"), np.random.default_rng(0)
    ids = [store.add(**columns_of(started=float(number))) for number in range(6)]
    store.mark(ids[:1], starred=True)
    for id in ids:
        store.record(id, snapshots=Lasting.of([TrainerState(0, (numbers.random(1500),))]))  # 12 kB
    assert len(store) == 6
    assert [bool(store.snapshots(id)) for id in ids] == [True, False, False, False, True, True]
    store.record(ids[1], snapshots=Lasting.of([TrainerState(0, (numbers.random(6000),))]))  # 48 kB: over it alone
    assert [bool(store.snapshots(id)) for id in ids] == [False, True, False, False, False, False]
