"""A page that is opened anew after its kernel has gone: its run comes back to the last bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.remote.remote_run import RemoteRun
from core.runs.saved_run import SavedRun
from core.runs.status import Status
from tests.support.waiting import WAIT_S, wait_until
from widgets.controls.header import Header
from widgets.controls.playback import Playback
from widgets.controls.upload import Upload
from widgets.page.returning.reopening import Reopening
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engines.launcher import EngineLauncher

SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=10, examples=200, dropout=0.2, schedule="cosine")
ROWS = "x,y,kind\n" + "".join(f"{i % 13},{i % 7},{'ab'[i % 3 == 0]}\n" for i in range(60))
KEPT: dict[str, Any] = {
    "name": "rows.csv", "encoding": None, "has_names": True, "kinds": {"y": "number"},
    "target": "kind", "task": "classification",
}  # fmt: skip


def nothing(*_: object) -> None:
    """What a button does here."""


class OpenPage:
    """The parts of a page that bring its run back, and their session."""

    def __init__(self, launcher: EngineLauncher, config: TrainingConfig) -> None:
        self.refusals: list[str] = []
        self.header, self.playback = Header(), Playback(nothing, nothing, nothing, nothing)
        self.upload = Upload(lambda table: self.reopening.take_table(), self.refusals.append)
        connect, table = launcher.connect, self.upload.dataset
        self.session = Session(config, lambda urgent=False: None, table=table, connect=connect)
        self.reopening = Reopening(self.session, self.header, self.playback, self.upload)

    @property
    def run(self) -> RemoteRun:
        assert isinstance(self.session.run, RemoteRun)
        return self.session.run

    def steps(self, count: int) -> None:
        self.session.take_steps(count)
        assert self.session.wait(WAIT_S)

    def shown_step(self) -> int:
        """The step of the newest state; a run that plays publishes one only when somebody asks."""
        self.run.request_observation()
        return self.run.step

    def kept(self) -> dict[str, Any]:
        """What the browser would keep now."""
        wait_until(lambda: self.run.is_up_to_date)
        self.reopening.save()
        return json.loads(json.dumps({**self.header.saved, "step": self.run.step}))

    def upload_rows(self) -> None:
        self.upload.restore({**KEPT, "data": ROWS.encode()})
        assert self.upload._worker.join(WAIT_S)


@pytest.fixture
def opened(launcher: EngineLauncher) -> Iterator[Callable[[TrainingConfig], OpenPage]]:
    """Opens pages, whose runs end after the test."""
    pages: list[OpenPage] = []

    def make(config: TrainingConfig) -> OpenPage:
        pages.append(OpenPage(launcher, config))
        return pages[-1]

    yield make
    for page in pages:
        page.session.close()


def read(page: OpenPage) -> SavedRun:
    saved = SavedRun.read(page.session.config.to_query(), page.kept())
    assert saved is not None
    return saved


def test_a_run_is_taken_again_with_the_changes_of_its_settings_where_they_were_made(
    opened: Callable[[TrainingConfig], OpenPage],
) -> None:
    first, second = opened(SPIRAL), opened(TrainingConfig())
    first.steps(7)
    first.session.apply(first.session.config.replace(learning_rate=0.05))
    first.steps(4)
    first.session.apply(first.session.config.replace(epochs=20, learning_rate=0.02))
    first.steps(5)
    second.session.start()
    second.reopening.begin(read(first), None)
    assert second.run.returning_to == 16
    assert second.session.staged.frame(frozenset(), (None, None))[1].sentence.startswith("The run of before takes")
    assert second.session.wait(WAIT_S)
    assert (second.session.config, second.run.step, second.run.total_steps) == (first.session.config, 16, 100)
    np.testing.assert_array_equal(second.session.history["loss"], first.session.history["loss"])


def test_a_run_that_played_plays_on_at_its_speed(opened: Callable[[TrainingConfig], OpenPage]) -> None:
    first, second = opened(TrainingConfig(epochs=10**6)), opened(TrainingConfig())
    first.playback.choose_pace(500)
    first.session.set_pace(500)
    first.session.play()
    wait_until(lambda: first.shown_step() > 20)
    saved = read(first)
    second.session.start()
    second.reopening.begin(saved, None)
    wait_until(lambda: second.shown_step() > saved.step + 20)
    assert (second.run.status, second.playback.pace) == (Status.PLAYING, 500)


def test_reset_does_not_wait_for_a_long_way_back(opened: Callable[[TrainingConfig], OpenPage]) -> None:
    page = opened(TrainingConfig())
    years = SavedRun(TrainingConfig(epochs=10**9), 10**9, seconds_per_update=1e-3)
    page.session.start()
    page.reopening.begin(years, None)
    said = page.session.staged.frame(frozenset(), (None, None))[1].sentence
    assert said.endswith("Reset begins anew at once.")
    page.session.restart()
    page.steps(3)
    assert (page.run.step, page.run.returning_to) == (3, None)


def test_an_uploaded_table_comes_back_before_its_run(opened: Callable[[TrainingConfig], OpenPage]) -> None:
    config = TrainingConfig.suited_to("csv").replace(epochs=5)
    first, second = opened(config), opened(TrainingConfig())
    first.upload_rows()
    first.steps(6)
    kept, loss = first.kept(), first.session.history["loss"]
    assert kept["table"] == KEPT
    second.session.start()
    second.reopening.begin(read(first), {**kept["table"], "data": ROWS.encode()})
    assert second.upload._worker.join(WAIT_S)
    assert second.session.wait(WAIT_S)
    assert (second.upload.chosen, second.run.step) == (kept["table"], 6)
    np.testing.assert_array_equal(second.session.history["loss"], loss)
    second.upload.restore({**KEPT, "data": ROWS.encode(), "target": "x", "task": "regression"})
    assert second.upload._worker.join(WAIT_S)
    assert second.session.wait(WAIT_S)
    assert second.run.step == 0  # another table begins a run of its own


def test_a_table_that_the_browser_could_not_keep_is_asked_for(opened: Callable[[TrainingConfig], OpenPage]) -> None:
    page = opened(TrainingConfig())
    saved = SavedRun(TrainingConfig.suited_to("csv"), 6)
    page.reopening.begin(saved, {**KEPT, "data": None})
    assert page.refusals == ["Your browser could not keep the table; please upload it again."]
    assert page.session.config == saved.config
