"""A page's session whose runs train in engines: what it shows is what training in this process would show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.datasets.split import Examples
from core.remote.remote_run import RemoteRun
from core.runs.run_worker import FAULT
from core.runs.status import Status
from core.tables.csv_reader import read_csv
from core.tables.dataset import NO_TABLE, csv_dataset
from core.tables.preparation import prepare
from tests.support.processes import wait_until_ended
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from core.engines.launcher import EngineLauncher

WAIT_S = 120.0
SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=6, examples=200)


def played(config: TrainingConfig, connect: Callable[[TrainingConfig], Connection] | None) -> Session:
    session = Session(config, lambda urgent=False: None, connect=connect)
    session.staged.watch(frozenset(panel.id for panel in session.scene.panels()))
    session.play()
    assert session.wait(WAIT_S)
    assert session.run.status is Status.FINISHED, session.run.error
    return session


@pytest.fixture(scope="module")
def pair(launcher: EngineLauncher) -> Iterator[tuple[Session, Session]]:
    """The same run trained here and in an engine."""
    sessions = played(SPIRAL, None), played(SPIRAL, launcher.connect)
    yield sessions
    for session in sessions:
        session.close()


def test_history_and_model_are_those_of_training_in_this_process(pair: tuple[Session, Session]) -> None:
    here, there = pair
    assert isinstance(there.run, RemoteRun)
    assert (
        there.run.total_steps == there.run.step == len(there.history["loss"]) == 6 * 5
    )  # 160 examples train, 32 an update
    np.testing.assert_array_equal(there.history["loss"], here.history["loss"])
    np.testing.assert_array_equal(there.history["validation_loss"][-1], here.history["validation_loss"][-1])
    assert here.model is not None
    assert there.model is not None
    for ours, theirs in zip(here.model.get_weights(), there.model.get_weights(), strict=True):
        np.testing.assert_array_equal(theirs, ours)


def test_the_frame_of_an_engine_s_run_has_the_same_numbers_and_charts(pair: tuple[Session, Session]) -> None:
    (here, _), (there, _) = (
        session.staged.frame(frozenset(panel.id for panel in session.scene.panels()), (None, None)) for session in pair
    )
    assert there["step"] == here["step"]
    assert there["panels"].keys() == here["panels"].keys()
    for slot in ("loss", "gradient", "epoch", "progress"):
        assert there["slots"].get(slot) == here["slots"].get(slot)
    ours, theirs = (frame["panels"]["loss"]["traces"][0]["y"] for frame in (here, there))
    np.testing.assert_array_equal(theirs, ours)


def test_a_live_setting_keeps_the_engine_and_another_problem_takes_another(launcher: EngineLauncher) -> None:
    session = Session(TrainingConfig(), lambda urgent=False: None, connect=launcher.connect)
    session.start()
    assert session.wait(WAIT_S)
    assert isinstance(session.run, RemoteRun)
    first = psutil.Process(session.run.process_id)
    session.apply(session.config.replace(learning_rate=0.05))
    session.take_steps(5)
    assert session.wait(WAIT_S)
    assert session.run.process_id == first.pid
    assert session.history["parameters"].shape == (5, 2)
    session.apply(TrainingConfig(problem="rosenbrock"))
    assert session.wait(WAIT_S)
    assert session.run.process_id != first.pid
    wait_until_ended(first)
    session.apply(session.config.replace(start_x=0.5, start_y=0.5))
    session.take_steps(1)
    assert session.wait(WAIT_S)
    np.testing.assert_allclose(session.history["parameters"][0], [0.5, 0.5])
    session.close()


def test_a_landscape_is_computed_where_the_run_is(launcher: EngineLauncher) -> None:
    session = Session(SPIRAL, lambda urgent=False: None, connect=launcher.connect)
    session.switch("landscape", "plane", "path")
    session.staged.watch(frozenset({"landscape"}))
    session.play()
    assert session.wait(WAIT_S)
    for _ in range(600):
        finding = session.run.findings.get("landscape")
        if finding is not None and finding.value.result is not None:
            break
        session.staged.observed.wait(0.1)
        session.staged.observed.clear()
    else:
        raise AssertionError("no landscape came")
    assert np.isfinite(finding.value.result.losses).all()
    path = finding.value.result.path
    assert len(path) >= 2  # its start and its end; a fast run may be over before another look
    assert path[-1] == pytest.approx([0, 0], abs=1e-6)
    session.close()


def test_a_visitors_table_travels_to_the_engine(launcher: EngineLauncher) -> None:
    rows = "\n".join(f"{x},{3 * x + 2}" for x in range(40))
    prepared = prepare(read_csv(f"x,y\n{rows}\n".encode()), "y", "regression")
    config = TrainingConfig.suited_to("csv").replace(epochs=2)
    table = csv_dataset(prepared)
    session = Session(config, lambda urgent=False: None, table=lambda: table, connect=launcher.connect)
    session.play()
    assert session.wait(WAIT_S)
    assert session.run.status is Status.FINISHED, session.run.error
    assert session.run.step == session.run.total_steps > 0
    session.close()


def test_what_cannot_travel_is_a_sentence_and_no_silence(launcher: EngineLauncher) -> None:
    table = replace(NO_TABLE, make=lambda: Examples(np.zeros((9, 1)), np.zeros(9)))
    config = TrainingConfig.suited_to("csv")
    session = Session(config, lambda urgent=False: None, table=lambda: table, connect=launcher.connect)
    session.start()
    assert session.wait(WAIT_S)
    assert (session.run.status, session.run.error) == (Status.FAILED, FAULT)
    session.close()
