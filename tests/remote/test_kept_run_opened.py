"""A kept run that is opened is where it stood, with its record, and goes on as the run itself would have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.remote.remote_run import RemoteRun
from core.runs.status import Status
from tests.support.sessions import WAIT_S, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.scenes.session import Session


SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=20, examples=200, dropout=0.2, normalization="batch")
CONFIGS = {
    "adam": SPIRAL.replace(optimizer="adam", learning_rate=0.01, schedule="cosine"),
    "momentum": SPIRAL.replace(optimizer="momentum", learning_rate=0.05),
    "surface": TrainingConfig(optimizer="adam", learning_rate=0.02, batch_size=30, epochs=25),
}
LAST = 60  # where it is changed, left, and opened


@pytest.mark.parametrize("name", CONFIGS)
def test_it_goes_on_where_it_stood_and_makes_the_curve_that_the_run_itself_makes(
    name: str, begin: Callable[..., Session]
) -> None:
    live = taken(begin(CONFIGS[name]), 25)
    live.apply(live.config.replace(learning_rate=0.03))
    taken(live, LAST - 25)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    kept = store[0]
    assert kept.saved_at(LAST, store.snapshots(kept.id)).past is not None
    opened = begin()
    opened.open_kept(kept)
    assert opened.wait(WAIT_S)
    assert (opened.run.step, opened.run.recorded, opened.config) == (LAST, LAST, live.config)
    assert [(mark.step, mark.new) for mark in opened.run.marks] == [(mark.step, mark.new) for mark in live.run.marks]
    for session in (live, opened):
        taken(session, 20)
    assert opened.run.step == LAST + 20
    for column, values in live.history.items():
        if not column.startswith(("validation", "training")):
            np.testing.assert_allclose(opened.history[column], values, rtol=0, atol=1e-6, err_msg=column)
    if CONFIGS[name].learns:
        ours, theirs = (session.history["validation_loss"] for session in (live, opened))
        assert ours[-1] == pytest.approx(theirs[-1], abs=1e-6)


@pytest.mark.parametrize("by_snapshots", [True, False])
def test_what_the_model_can_do_at_that_step_is_known_at_once(by_snapshots: bool, begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["adam"]), LAST)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    kept = store[0]
    saved = kept.saved_at(LAST, store.snapshots(kept.id) if by_snapshots else ())
    assert (saved.past is not None) == by_snapshots
    opened = begin()
    opened.begin_anew(saved.config, saved)
    assert opened.wait(WAIT_S)
    ours, theirs = (session.run.findings["evaluation"] for session in (live, opened))
    assert theirs.step == opened.run.step == LAST
    for name in ("val_loss", "val_metric"):
        assert getattr(theirs.value, name)[-1] == pytest.approx(getattr(ours.value, name)[-1], abs=1e-6)


@pytest.mark.parametrize("step", [0, 1, 37, 57])
def test_it_is_opened_at_any_step_and_goes_the_recorded_way_from_there(
    step: int, begin: Callable[..., Session]
) -> None:
    live = taken(begin(CONFIGS["adam"]), LAST)
    assert live.keep(WAIT_S)
    opened = begin()
    opened.open_kept(live._recorder.store[0], step)
    assert opened.wait(WAIT_S)
    assert (opened.run.step, opened.run.recorded) == (step, LAST)
    for place in (21, step):
        opened.go_to(place)
        assert opened.wait(WAIT_S)
    opened.fork()
    taken(opened, 3)  # made again, since what came after was forgotten
    assert len(opened.history["loss"]) == step + 3
    np.testing.assert_allclose(opened.history["loss"][:LAST], live.history["loss"][: step + 3], rtol=0, atol=1e-6)


def test_it_stays_the_row_that_it_was_and_a_fork_of_it_is_another(begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["momentum"]), LAST)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    kept, evaluated = store[0], store[0].history["validation_loss"]
    live.close()
    opened = begin()
    opened.open_kept(kept)
    assert opened.wait(WAIT_S)
    taken(opened, 5)
    assert opened.keep(WAIT_S)
    assert [(run.id, run.steps) for run in store] == [(kept.id, LAST + 5)]
    assert store[0].seconds >= kept.seconds
    np.testing.assert_array_equal(store[0].history["validation_loss"][: len(evaluated)], evaluated)
    opened.go_to(30)
    assert opened.wait(WAIT_S)
    opened.apply(opened.config.replace(learning_rate=0.2))
    taken(opened, 5)
    assert opened.keep(WAIT_S)
    assert sorted(run.steps for run in store) == [35, LAST + 5]


def test_one_of_other_versions_or_without_snapshots_takes_all_its_steps_again(begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["surface"]), LAST)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    kept, states = store[0], store.snapshots(store[0].id)
    elsewhere = replace(kept, versions={**kept.versions, "keras": "2.0.0"})
    assert elsewhere.saved_at(LAST, states).past is None
    assert kept.saved_at(LAST).past is None
    opened = begin()
    opened.open_kept(elsewhere)
    assert opened.wait(WAIT_S)
    assert opened.run.step == LAST
    np.testing.assert_allclose(opened.history["loss"], live.history["loss"], rtol=0, atol=1e-6)


def test_snapshots_of_another_shape_are_left_and_all_steps_taken_again(begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["surface"]), LAST)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    kept, states = store[0], store.snapshots(store[0].id)
    foreign = tuple(replace(state, arrays=state.arrays[1:]) for state in states)
    saved = kept.saved_at(LAST, foreign)
    assert saved.past is not None
    opened = begin()
    opened.begin_anew(saved.config, saved)
    assert opened.wait(WAIT_S)
    assert (opened.run.step, opened.run.status) == (LAST, Status.PAUSED)
    np.testing.assert_allclose(opened.history["loss"], live.history["loss"], rtol=0, atol=1e-6)


def test_a_reset_on_the_way_begins_at_step_0(begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["momentum"]), LAST)
    assert live.keep(WAIT_S)
    opened = begin()
    opened.open_kept(live._recorder.store[0], 59)
    opened.start()
    opened.restart()
    assert opened.wait(WAIT_S)
    assert isinstance(opened.run, RemoteRun)
    assert (opened.run.step, opened.run.recorded) == (0, 0)
    taken(opened, 3)
    np.testing.assert_allclose(opened.history["loss"], live.history["loss"][:3], rtol=0, atol=1e-6)


def test_a_run_of_data_that_the_page_does_not_have_is_refused_in_a_sentence(begin: Callable[..., Session]) -> None:
    live = taken(begin(CONFIGS["momentum"]), 3)
    assert live.keep(WAIT_S)
    kept = live._recorder.store[0]
    of_table = replace(kept, settings={**kept.settings, "problem": "csv"})
    for foreign in (of_table, replace(kept, parameters=7)):
        with pytest.raises(ConfigError, match="that this page does not have"):
            begin().open_kept(foreign)
