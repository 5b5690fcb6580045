"""What a run leaves behind at its turns: forks know what they were, branches begin right where a run was sent to."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np

from core.config.training_config import TrainingConfig
from core.remote.remote_run import RemoteRun
from core.store.run_store import RunStore
from core.store.tables import inherited_rows
from tests.support.sessions import WAIT_S, taken
from widgets.compare.run_texts import parent_text
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.engines.launcher import EngineLauncher

SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=40, examples=200, batch_size=16)
VALLEY = TrainingConfig.suited_to("rosenbrock").replace(optimizer="momentum", learning_rate=0.001)


def test_a_live_setting_changed_in_the_past_makes_a_fork_that_knows_where_it_left(
    begin: Callable[..., Session],
) -> None:
    session = taken(begin(SPIRAL), 30)
    session.go_to(12)
    assert session.wait(WAIT_S)
    session.apply(session.config.replace(learning_rate=0.05))
    taken(session, 8)
    assert session.keep(WAIT_S)
    fork, before = session._recorder.store
    assert (fork.steps, before.steps) == (20, 30)
    assert (fork.forked_from, fork.forked_at, fork.forked_number) == (before.id, 12, before.number)
    assert (fork.parent, fork.parent_step, before.forked_at) == (None, None, None)
    np.testing.assert_allclose(fork.history["loss"][:12], before.history["loss"][:12], rtol=0, atol=1e-6)
    assert parent_text(fork) == f"step 12 of run {before.number}"
    opened = begin()
    opened.open_kept(fork)
    assert opened.wait(WAIT_S)
    taken(opened, 5)
    assert opened.keep(WAIT_S)
    assert opened._recorder.store.get(fork.id).forked_at == 12  # type: ignore[union-attr]  # it is kept


def test_a_change_while_the_run_is_still_on_its_way_back_branches_off_where_it_was_sent(
    begin: Callable[..., Session],
) -> None:
    session = taken(begin(SPIRAL), 30)
    assert session.keep(WAIT_S)
    run = session.run
    assert isinstance(run, RemoteRun)
    assert run.process_id is not None
    os.kill(run.process_id, signal.SIGSTOP)  # an engine that answers nothing
    try:
        session.go_to(12)
        session.apply(session.config.replace(optimizer="rmsprop", learning_rate=0.003))
        branch = session.staged.branch
    finally:
        os.kill(run.process_id, signal.SIGCONT)
    assert branch is not None
    assert branch.step == 12
    taken(session, 5)
    alone = taken(begin(SPIRAL), 12)
    weights = alone.model.get_weights()  # type: ignore[union-attr]  # a model learns
    handed = branch.weights() if branch.weights else None
    assert handed is not None
    for mine, theirs in zip(handed, weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)
    assert session.keep(WAIT_S)
    (child,) = session._recorder.store.runs("parent_step = 12")
    assert child.parent_number == 1


def test_steps_asked_for_after_the_way_back_leave_no_branch_at_a_step_that_is_past(
    begin: Callable[..., Session],
) -> None:
    session = taken(begin(SPIRAL), 30)
    run = session.run
    assert isinstance(run, RemoteRun)
    session.go_to(12)
    assert run.taken_back_to == 12
    session.take_steps(3)
    assert session.wait(WAIT_S)
    assert run.taken_back_to == 15
    session.fork()
    assert session.wait(WAIT_S)
    assert run.taken_back_to is None


def test_on_a_surface_another_optimizer_begins_where_the_run_was_taken_back_to(
    begin: Callable[..., Session], tmp_path: Path
) -> None:
    session = taken(begin(VALLEY), 40)
    place = session.history["parameters"][25]
    session.go_to(25)
    assert session.wait(WAIT_S)
    session.apply(session.config.replace(optimizer="adam", learning_rate=0.05))
    assert session.wait(WAIT_S)
    config = session.config
    np.testing.assert_array_equal(np.array([config.start_x, config.start_y], np.float32), place)
    assert len(f"{config.start_x}{config.start_y}") < 28
    taken(session, 10)
    np.testing.assert_array_equal(session.history["parameters"][0], place)
    alone = taken(begin(TrainingConfig.from_query(config.to_query())[0]), 10)
    np.testing.assert_allclose(session.history["loss"], alone.history["loss"], rtol=0, atol=1e-6)
    assert session.keep(WAIT_S)
    child = session._recorder.store.runs("parent_step = 25")[0]
    assert (child.parent_number, child.steps) == (1, 10)
    assert [path.name for path in child.save(tmp_path / "run.py")] == ["run.py"]  # its settings say all
    opened = begin()
    opened.open_kept(child, 4)
    assert opened.wait(WAIT_S)
    assert (opened.run.step, opened.run.recorded) == (4, 10)


def test_weights_of_a_branch_too_large_for_snapshots_are_kept_apart(launcher: EngineLauncher, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.db")
    session = Session(SPIRAL, lambda urgent=False: None, connect=launcher.connect, store=lambda: store)
    taken(session, 30)
    session.go_to(12)
    assert session.wait(WAIT_S)
    session.apply(session.config.replace(optimizer="rmsprop", learning_rate=0.003))
    taken(session, 20)
    assert session.keep(WAIT_S)
    whole = session.history["loss"]
    session.close()
    with store._file.writing() as connection:  # as if each state were beyond its bound
        connection.execute("DELETE FROM snapshots")
    later = RunStore(tmp_path / "runs.db")
    opened = Session(TrainingConfig(), lambda urgent=False: None, connect=launcher.connect, store=lambda: later)
    opened.open_kept(later[0], 20)
    assert opened.wait(WAIT_S)
    np.testing.assert_allclose(opened.history["loss"], whole, rtol=0, atol=1e-6)
    opened.close()


def test_of_weights_beyond_the_bound_none_are_kept() -> None:
    store = RunStore()
    for count, kept in ((1000, 1), (inherited_rows.MOST_BYTES // 4 + 1, 0)):
        id = store.add(started=0.0, updated=0.0, state="paused", problem="spiral", family="mlp", optimizer="sgd",
                       settings={}, steps=1, seconds=0.0)  # fmt: skip
        store.record(id, inherited=[np.zeros(count, np.float32)])
        found = store.get(id)
        assert found is not None
        assert len(found.load_inherited(id)) == kept


def test_norms_of_layers_are_there_again_in_a_run_that_is_opened(begin: Callable[..., Session]) -> None:
    first = taken(begin(SPIRAL), 40)
    assert first.keep(WAIT_S)
    kept = first._recorder.store[0]
    rows = dict(kept._series("layer"))
    assert len(rows["step"]) == 40
    opened = begin()
    opened.open_kept(kept, 25)
    opened.run.watch(frozenset(), layers=True)
    assert opened.wait(WAIT_S)
    for session in (first, opened):
        session.run.watch(frozenset(), layers=True)
        assert session.wait(WAIT_S)
    layers = opened.run.record.layers if opened.run.record else None
    again = first.run.record.layers if first.run.record else None
    assert layers is not None
    assert again is not None
    seen, expected = layers.view_before(25, 500), again.view_before(25, 500)
    assert set(seen) == set(expected) == set(rows)
    for name, values in expected.items():
        np.testing.assert_array_equal(seen[name], values)
