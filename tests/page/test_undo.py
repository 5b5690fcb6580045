"""Undo: settings come back, and runs that a change or a reset ended stand where they stood."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.remote.remote_run import RemoteRun
from core.store.run_store import RunStore
from tests.support.waiting import WAIT_S, wait_until
from widgets.controls.playback import Playback
from widgets.page.returning.undo import MOST_CHANGES, Undo
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engines.launcher import EngineLauncher
    from widgets.dashboard import Dashboard

LINE = TrainingConfig(problem="himmelblau", optimizer="momentum", learning_rate=0.003)


SPIRAL = TrainingConfig.suited_to("spiral").replace(examples=200)


def nothing(*_: object, **__: object) -> None:
    """What a button does here."""


class Changed:
    """A session that trains in an engine, whose changes are noted as a page notes them."""

    def __init__(
        self, launcher: EngineLauncher, config: TrainingConfig = LINE, store: Callable[[], RunStore] | None = None
    ) -> None:
        self.session = Session(config, nothing, connect=launcher.connect, store=store)
        self.undo = Undo(self.session, Playback(nothing, nothing, nothing, nothing))

    def apply(self, **changes: object) -> None:
        self._settle()
        config = self.session.config.replace(**changes)
        self.undo.note_change(config)
        self.session.apply(config)

    def reset(self) -> None:
        self._settle()
        self.undo.note_reset()
        self.session.restart()

    def take_steps(self, count: int) -> None:
        self.session.take_steps(count)
        assert self.session.wait(WAIT_S)

    def curve(self) -> np.ndarray:
        """The losses of all steps so far, once the run rests."""
        self._settle()
        assert self.session.run.history is not None
        return self.session.run.history.rows()["loss"]

    def _settle(self) -> None:
        assert self.session.wait(WAIT_S)
        run = self.session.run
        assert isinstance(run, RemoteRun)
        wait_until(lambda: run.is_up_to_date)


@pytest.fixture
def changed(launcher: EngineLauncher) -> Iterator[Changed]:
    made = Changed(launcher)
    yield made
    made.session.close()


def test_a_reset_is_taken_back_to_the_step_and_the_curve_with_the_changes_on_its_way(changed: Changed) -> None:
    changed.take_steps(20)
    changed.apply(learning_rate=0.006)
    changed.take_steps(15)
    before = changed.curve()
    changed.reset()
    assert changed.undo.offer is not None
    assert "35" in changed.undo.offer
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)
    assert changed.session.run.step == 35
    assert changed.session.config.learning_rate == 0.006
    assert changed.undo.take_back()  # and the rate before
    assert changed.session.config == LINE
    assert not changed.undo.take_back()


@pytest.mark.parametrize(
    "change", [{"start_x": 1.0, "start_y": -2.0}, {"problem": "rosenbrock"}, {"optimizer": "sgd"}], ids=str
)
def test_a_change_that_began_another_run_is_taken_back_with_the_run_that_it_ended(
    changed: Changed, change: dict[str, object]
) -> None:
    changed.take_steps(12)
    before = changed.curve()
    changed.apply(**change)
    changed.take_steps(3)
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)
    assert changed.session.config == LINE
    assert changed.session.staged.past == ()


def test_a_live_setting_is_taken_back_while_the_run_goes_on(changed: Changed) -> None:
    changed.take_steps(5)
    changed.apply(learning_rate=0.001)
    changed.take_steps(5)
    run = changed.session.run
    assert changed.undo.offer is None  # nothing was lost
    assert changed.undo.take_back()
    assert changed.session.run is run
    assert run.step == 10
    assert changed.session.config == LINE


def test_what_was_taken_back_is_made_again_with_the_runs_on_both_sides(changed: Changed) -> None:
    changed.take_steps(12)
    before = changed.curve()
    changed.apply(problem="rosenbrock")
    changed.take_steps(3)
    after, config = changed.curve(), changed.session.config
    assert not changed.undo.can_redo
    changed._settle()
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)
    changed._settle()
    assert changed.undo.make_again()
    wait_until(lambda: changed.session.run.step == 3)
    np.testing.assert_array_equal(changed.curve(), after)
    assert changed.session.config == config
    assert not changed.undo.make_again()
    changed._settle()
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)


def test_settings_are_made_again_in_their_order_until_another_change_comes(dash: Dashboard) -> None:
    dash.set(learning_rate=0.02)
    dash.set(seed=7)
    dash.undo()
    dash.undo()
    assert dash.config == TrainingConfig()
    dash.redo()
    assert (dash.config.learning_rate, dash.config.seed) == (0.02, 3)
    dash.redo()
    dash.redo()
    assert (dash.config.learning_rate, dash.config.seed) == (0.02, 7)
    dash.undo()
    dash.set(epochs=50)
    dash.redo()
    assert (dash.config.seed, dash.config.epochs) == (3, 50)


def test_a_drag_is_one_change(dash: Dashboard) -> None:
    session = dash._session
    undo = Undo(session, dash._playback)
    for rate in (0.02, 0.03, 0.04):
        config = session.config.replace(learning_rate=rate)
        undo.note_change(config)
        session.apply(config)
    assert undo.take_back()
    assert session.config == TrainingConfig()
    assert not undo.take_back()


def test_no_more_changes_are_kept_than_that(dash: Dashboard) -> None:
    session = dash._session
    undo = Undo(session, dash._playback)
    for seed in range(MOST_CHANGES + 30):
        undo.note_change(session.config.replace(seed=1000 + seed, learning_rate=0.01 + (seed % 2)))
        undo._drags = type(undo._drags)()  # as after a pause
    taken = 0
    while undo.take_back():
        taken += 1
    assert taken == MOST_CHANGES


def test_the_pages_undo_brings_settings_controls_and_link_back(dash: Dashboard) -> None:
    dash._changes.change({"problem": "rosenbrock"})
    dash._changes.change({"learning_rate": "0.002"})
    assert dash._header.query == "problem=rosenbrock&learning_rate=0.002"
    dash._header._handle_custom_msg({"kind": "undo"}, [])
    assert dash.config == TrainingConfig.suited_to("rosenbrock").replace(start_x=None, start_y=None)
    dash._header._handle_custom_msg({"kind": "undo"}, [])
    assert dash.config == TrainingConfig()
    assert dash._header.query == ""
    dash._header._handle_custom_msg({"kind": "undo"}, [])  # nothing is left
    assert dash.config == TrainingConfig()


def test_no_undo_leads_back_before_the_link_of_the_page(dash: Dashboard) -> None:
    dash._header._handle_custom_msg({"kind": "hello", "query": "?problem=himmelblau", "language": "en"}, [])
    config = dash.config
    assert config.problem == "himmelblau"
    dash._header._handle_custom_msg({"kind": "undo"}, [])
    assert dash.config == config


def test_a_branch_is_taken_back_to_the_run_it_left_with_all_that_came_after(launcher: EngineLauncher) -> None:
    changed = Changed(launcher, SPIRAL)
    changed.take_steps(30)
    before = changed.curve()
    changed.session.go_to(12)
    changed.apply(optimizer="momentum", learning_rate=0.05)
    changed.take_steps(5)
    branch = changed.curve()
    assert len(branch) == 5
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)
    assert (changed.session.run.step, changed.session.run.recorded) == (12, 30)
    assert changed.session.config == SPIRAL
    changed._settle()
    assert changed.undo.make_again()
    wait_until(lambda: changed.session.run.step == 5)
    np.testing.assert_allclose(changed.curve(), branch, rtol=0, atol=1e-6)
    assert changed.session.keep(WAIT_S)
    assert sorted(run.steps for run in changed.session._recorder.store) == [5, 30]
    changed.session.close()


def test_a_change_right_after_going_back_is_taken_back_though_nothing_was_kept_by_then(
    launcher: EngineLauncher,
) -> None:
    store, may_be_kept = RunStore(), threading.Event()

    def slow() -> RunStore:
        assert may_be_kept.wait(WAIT_S)
        return store

    changed = Changed(launcher, SPIRAL, slow)
    changed.take_steps(30)
    before = changed.curve()
    changed.session.go_to(12)
    changed.apply(optimizer="momentum", learning_rate=0.05)
    may_be_kept.set()
    changed.take_steps(5)
    assert changed.undo.take_back()
    np.testing.assert_array_equal(changed.curve(), before)
    assert (changed.session.run.step, changed.session.run.recorded) == (12, 30)
    changed.session.close()
