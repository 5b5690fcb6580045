from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.runs.recorded_columns import RecordedColumns
from core.store import run_store
from core.store.run_store import RunStore
from core.store.tables import run_file
from tests.support.kept_runs import columns_of

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
store = RunStore(sys.argv[1])
for count in range(int(sys.argv[2])):
    print(store.add(**columns_of(name=f"{sys.argv[3]} {count}")), flush=True)
if sys.argv[4:]:
    sys.stdin.read()
"""


def history(rows: int = 1000) -> RecordedColumns:
    numbers = np.random.default_rng(0)
    loss = numbers.normal(size=rows).astype(np.float32)
    loss[3:6] = np.nan, np.inf, -np.inf
    by_update: dict[str, np.ndarray] = {
        "step": np.arange(rows) * 3,
        "loss": loss,
        "gradient_norm": numbers.normal(size=rows),
    }
    by_update["parameters"] = numbers.normal(size=(rows, 2)).astype(np.float32)
    return RecordedColumns(by_update, {"step": np.array([0, 7]), "validation_loss": np.array([1.0, 0.5])})


def write(path: Path, count: int, name: str, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(count), name, *more]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.mark.parametrize("name", [None, "runs.db"])
def test_a_history_comes_back_bit_by_bit(tmp_path: Path, name: str | None) -> None:
    store = RunStore(None if name is None else tmp_path / name)
    recorded = history()
    store.record(store.add(**columns_of()), recorded)
    found = store[0].history
    assert list(found) == list(recorded)
    for column in recorded:
        assert found[column].dtype == recorded[column].dtype
        assert found[column].tobytes() == recorded[column].tobytes()
        assert found.steps(column).tolist() == recorded.steps(column).tolist()


def test_a_history_is_replaced_as_a_whole() -> None:
    store = RunStore()
    id = store.add(**columns_of())
    store.record(id, history(10))
    store.record(id, history(20), steps=20)
    assert len(store[0].history["loss"]) == store[0].steps == 20


def test_a_run_is_one_row_and_a_series_one_blob(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.db")
    store.record(store.add(**columns_of(TrainingConfig(learning_rate=0.03))), history())
    with sqlite3.connect(tmp_path / "runs.db") as file:
        assert file.execute("SELECT learning_rate, steps FROM runs").fetchall() == [(0.03, 3)]
        assert file.execute("SELECT count(*) FROM series").fetchone() == (6,)
        plan = file.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM runs WHERE visitor = '' AND learning_rate < 1"
        ).fetchall()
    assert "USING INDEX runs_by_rate" in plan[0][3]


def test_what_was_acknowledged_survives_a_killed_writer(tmp_path: Path) -> None:
    writer = write(tmp_path / "runs.db", 20, "run", "wait")
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
    writer.kill()
    writer.communicate()
    with sqlite3.connect(tmp_path / "runs.db") as file:
        assert {id for (id,) in file.execute("SELECT id FROM runs")} == set(acknowledged)


def test_two_processes_write_one_file(tmp_path: Path) -> None:
    writers = [write(tmp_path / "runs.db", 50, name) for name in ("left", "right")]
    written = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    store = RunStore(tmp_path / "runs.db")
    assert {run.id for run in store} == {id for ids in written for id in ids}
    assert sorted(run.number for run in store) == list(range(1, 101))


def test_a_file_that_another_process_is_about_to_make_is_opened_in_turn(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.execute, ["ROLLBACK"])
        release.start()
        store = RunStore(tmp_path / "runs.db")
        release.join()
    store.add(**columns_of())
    assert len(store) == 1


def test_a_damaged_file_that_another_process_has_replaced_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(b"no database at all" * 1000)
    check, others = run_file._check_soundness, []

    def another_is_faster(connection: sqlite3.Connection) -> None:
        monkeypatch.setattr(run_file, "_check_soundness", check)
        try:
            check(connection)
        finally:
            others.append(RunStore(path))
            others[0].add(**columns_of())

    monkeypatch.setattr(run_file, "_check_soundness", another_is_faster)
    store = RunStore(path)
    assert (len(store), store.notice) == (1, "")
    assert "damaged-1" in others[0].notice


def test_a_store_sees_what_another_writes(tmp_path: Path) -> None:
    one, other = RunStore(tmp_path / "runs.db"), RunStore(tmp_path / "runs.db")
    before = one.version
    assert one.version == before
    id = other.add(**columns_of())
    assert one.version != before
    assert [run.id for run in one] == [id]


def test_runs_are_marked_named_and_coloured() -> None:
    store = RunStore()
    ids = [store.add(**columns_of()) for _ in range(12)]
    store.mark(ids[:1], name="  with momentum ", starred=True)
    run = store.get(ids[0])
    assert run is not None
    assert (run.title, run.starred, run.hidden) == ("with momentum", True, False)
    assert [kept.colour for kept in reversed(store.runs())] == [*range(10), 0, 1]
    store.delete(ids[4:5])
    store.add(**columns_of())
    assert store[0].colour == 4  # which no run in sight has any more


def test_a_deletion_is_undone_with_the_history() -> None:
    store = RunStore()
    ids = [store.add(**columns_of()) for _ in range(3)]
    store.record(ids[1], history(10))
    store.delete(ids[:2])
    assert [run.id for run in store] == ids[2:]
    assert store.undelete() == ids[:2]
    assert {run.id for run in store} == set(ids)
    kept = store.get(ids[1])
    assert kept is not None
    assert len(kept.history["loss"]) == 10
    assert store.undelete() == []


def test_what_was_deleted_a_day_ago_is_gone_when_the_file_is_opened(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.db")
    old, new = (store.add(**columns_of()) for _ in range(2))
    store.record(old, history(10))
    store.delete([old, new])
    store.close()
    with sqlite3.connect(tmp_path / "runs.db") as file:
        file.execute("UPDATE runs SET deleted = deleted - 90000 WHERE id = ?", (old,))
    RunStore(tmp_path / "runs.db").close()
    with sqlite3.connect(tmp_path / "runs.db") as file:
        assert file.execute("SELECT id FROM runs").fetchall() == [(new,)]
        assert file.execute("SELECT count(*) FROM series").fetchone() == (0,)


def test_each_visitor_sees_and_changes_only_their_own_runs(tmp_path: Path) -> None:
    ada, bob = (RunStore(tmp_path / "runs.db", visitor=key) for key in ("ada", "bob"))
    mine, theirs = ada.add(**columns_of()), bob.add(**columns_of())
    bob.mark([mine], name="taken")
    bob.delete([mine])
    assert ([run.id for run in ada], [run.id for run in bob]) == ([mine], [theirs])
    assert (ada[0].title, bob[0].title) == ("#1", "#1")
    assert bob.get(mine) is None
    assert len(RunStore(tmp_path / "runs.db")) == 2


def test_columns_are_what_a_table_takes() -> None:
    store = RunStore()
    for rate in (0.1, 0.01):
        store.add(**columns_of(TrainingConfig(learning_rate=rate), loss=rate / 2))
    columns = store.to_dict()
    assert columns["learning_rate"] == [0.01, 0.1]
    assert columns["loss"] == [0.005, 0.05]
    assert {len(values) for values in columns.values()} == {2}


def test_the_config_of_a_run_comes_back() -> None:
    store = RunStore()
    config = TrainingConfig(problem="digits", family="cnn", optimizer="adam", learning_rate=0.003, width=None)
    store.add(**columns_of(config))
    assert store[0].config == config
    assert TrainingConfig.from_query(store[0].query or "") == (config, [])


def test_runs_in_memory_are_bounded_and_a_starred_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_store, "MOST_IN_MEMORY_BYTES", 40_000)
    store, numbers = RunStore(), np.random.default_rng(0)
    for number in range(8):
        id = store.add(**columns_of(started=float(number)))
        if number == 0:
            store.mark([id], starred=True)
        losses = numbers.random(1250)  # of 10 kB, which compress little
        store.record(id, RecordedColumns({"step": np.arange(1250), "loss": losses}, {}))
    kept = [run.number for run in store]
    assert kept[-1] == 1  # the oldest has a star
    assert kept[:-1] == list(range(8, 8 - len(kept) + 1, -1))
    assert 2 <= len(kept) <= 4
    assert "without a star" in store.notice


def test_a_title_says_what_tells_a_run_from_the_others_of_its_problem() -> None:
    store = RunStore()
    surface = TrainingConfig(problem="rosenbrock")
    for config in (TrainingConfig(), TrainingConfig(optimizer="adam", learning_rate=0.1), surface):
        store.add(**columns_of(config, started=float(len(store))))
    assert [run.title for run in store] == ["#3", "#2 · Adam · Learning rate 0.1", "#1 · SGD · Learning rate 0.01"]
    store.mark([store[1].id], name="mine")
    assert [run.title for run in store] == ["#3", "mine", "#1"]


def test_the_newest_of_some_problems_are_those_of_all_runs_that_made_a_step_and_are_not_hidden() -> None:
    store, problems = RunStore(), ("digits", "spiral", "regression")
    for number in range(40):
        config = TrainingConfig(problem=problems[number % 3], learning_rate=0.001 * (number + 1))
        id = store.add(**columns_of(config, started=float(number % 7), steps=number % 5))
        if number % 4 == 0:
            store.mark([id], hidden=True)
    wanted = [run for run in store if run.settings["problem"] != "regression" and run.steps and not run.hidden]
    for count in (3, 100):
        found = store.newest(count, ("digits", "spiral"))
        assert [run.id for run in found] == [run.id for run in wanted[:count]]
    assert len({run.title for run in store.newest(100, ("digits", "spiral"))}) == len(wanted)
