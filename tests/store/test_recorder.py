from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.history.run_histories import RunHistories
from core.runs.past.setting_changes import LiveRecord
from core.runs.status import Status
from core.snapshots.lasting import Lasting
from core.snapshots.trainer_state import TrainerState
from core.store import recorder as recorder_module
from core.store.recorder import Recorder
from core.store.run_store import RunStore
from core.training.step_record import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 20.0


class FakeRun(SimpleNamespace):
    """A run of a line whose steps a test makes."""

    cpu_seconds: float | None
    __hash__ = object.__hash__  # type: ignore[assignment]  # as a run has

    def __init__(self) -> None:
        super().__init__(
            record=RunHistories(2), step=0, status=Status.PLAYING, marks=(), findings={}, returning_to=None,
            live=LiveRecord(), program=None,
            seconds_played=0.0,
            cpu_seconds=0.0,
        )  # fmt: skip

    @property
    def recorded(self) -> int:
        return self.step

    def request_snapshots(self, known: frozenset[int]) -> Callable[[], Lasting]:
        """A snapshot at every tenth step."""
        self.asked = known
        states = [TrainerState(step, (np.full(3, step, np.float32),)) for step in range(0, self.step + 1, 10)]
        return lambda: Lasting.of(states, known)

    def advance(self, steps: int) -> None:
        point, ones = np.ones((steps, 2), np.float32), np.ones(steps, np.float32)
        loss = np.arange(self.step, self.step + steps, dtype=np.float32)
        self.record.append(Steps(self.step, loss, point, point, point, False))
        self.step += len(ones)
        self.seconds_played += 0.1 * steps
        self.cpu_seconds = None if self.cpu_seconds is None else self.cpu_seconds + 0.15 * steps

    def begin_anew(self) -> None:
        self.record, self.step, self.seconds_played, self.cpu_seconds = RunHistories(2), 0, 0.0, 0.0


class Subject(SimpleNamespace):
    def summary(self) -> None:
        return None


@pytest.fixture
def subject() -> Subject:
    return Subject(run=FakeRun(), config=TrainingConfig(), updates_per_epoch=1, branch=None)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.fixture
def recorder(subject: Subject, store: RunStore) -> Iterator[Recorder]:
    made = Recorder(lambda: store, lambda: subject)
    yield made
    made.close(then=lambda: None)


def test_a_run_is_kept_with_its_whole_history_and_its_results(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(50)
    assert recorder.flush(PATIENCE)
    (run,) = store
    assert run.history["loss"].tolist() == [*range(50)]
    assert run.history["parameters"].shape == (50, 2)
    assert (run.state, run.steps, run.loss, run.best_loss, run.best_loss_step) == ("playing", 50, 49.0, 0.0, 0)
    assert (run.config, run.parameters, run.versions["keras"][0]) == (subject.config, 2, "3")


def test_the_same_run_is_one_row_and_one_that_begins_anew_another(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(5)
    recorder.flush(PATIENCE)
    subject.run.advance(5)
    recorder.end(subject)
    subject.run.begin_anew()
    recorder.flush(PATIENCE)
    subject.run.advance(3)
    recorder.flush(PATIENCE)
    assert [(run.steps, run.state) for run in store] == [(3, "playing"), (10, "paused")]


def test_a_run_that_was_replayed_is_the_row_that_it_was_and_begun_anew_another(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(50)
    recorder.end(subject)
    recorder.flush(PATIENCE)
    id = store[0].id
    subject.run = FakeRun()
    recorder.note_return(subject.run)
    subject.run.advance(50)
    subject.run.seconds_played, subject.run.cpu_seconds = 0.5, 1.0  # a replay is faster
    recorder.flush(PATIENCE)
    subject.run.advance(10)
    recorder.flush(PATIENCE)
    (run,) = store
    assert (run.id, run.steps, len(run.history["loss"])) == (id, 60, 60)
    assert run.seconds == pytest.approx(6.0)
    assert run.cpu_seconds == pytest.approx(9.0)  # 0.15 an update
    recorder.end(subject)
    subject.run.begin_anew()
    subject.run.advance(3)
    recorder.flush(PATIENCE)
    assert [run.steps for run in store] == [3, 60]


def test_what_was_computed_is_not_known_of_a_run_whose_beginning_was_not_measured(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.cpu_seconds = None
    subject.run.advance(10)
    recorder.flush(PATIENCE)
    assert store[0].cpu_seconds is None


def test_the_time_of_steps_is_kept_as_the_clock_said(subject: Any, store: RunStore, recorder: Recorder) -> None:
    subject.run.advance(10)
    recorder.flush(PATIENCE)
    subject.run.advance(10)
    subject.run.seconds_played = 5.0
    recorder.flush(PATIENCE)
    steps, seconds = store[0].clock
    assert steps.tolist() == [0, 10, 20]
    assert seconds == pytest.approx([0.0, 1.0, 5.0])


def test_the_end_of_a_run_waits_until_it_is_kept(subject: Any, store: RunStore, recorder: Recorder) -> None:
    subject.run.advance(5)
    ended = threading.Event()
    kept: list[int] = []

    def then() -> None:
        kept.append(len(store))
        ended.set()

    recorder.end(subject, then)
    assert ended.wait(PATIENCE)
    assert kept == [1]


def test_a_run_that_made_no_step_is_not_kept(subject: Any, store: RunStore, recorder: Recorder) -> None:
    ended: list[bool] = []
    recorder.end(subject, then=lambda: ended.append(True))
    assert ended == [True]
    assert recorder.flush(PATIENCE)
    assert len(store) == 0


def test_what_an_engine_did_not_send_is_what_the_page_has_seen(
    subject: Any, store: RunStore, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject.run.advance(1000)
    recorder.flush(PATIENCE)
    subject.run.advance(1000)
    history = subject.run.record.history
    monkeypatch.setattr(history, "request_rows", lambda: dict)  # an engine that is gone
    recorder.flush(PATIENCE)
    steps = store[0].history["step"]
    assert steps[:1000].tolist() == [*range(1000)]
    assert steps[-1] == 1999
    assert 100 < len(steps) - 1000 < recorder_module.SEEN_POINTS
    assert np.array_equal(store[0].history["loss"], steps.astype(np.float32))


def test_a_run_has_as_many_steps_as_its_history_though_the_page_has_seen_fewer(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(50)
    subject.run.step = 40
    recorder.flush(PATIENCE)
    assert store[0].steps == len(store[0].history["loss"]) == 50


def test_a_run_that_rests_is_kept_without_being_asked_for(
    subject: Any, store: RunStore, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    record = store.record

    def write(*arguments: Any, **columns: Any) -> None:
        record(*arguments, **columns)
        written.set()

    monkeypatch.setattr(store, "record", write)
    subject.run.advance(5)
    subject.run.status = Status.FINISHED
    recorder.start()
    assert written.wait(PATIENCE)
    assert [(run.steps, run.state) for run in store] == [(5, "finished")]


def test_a_store_that_cannot_be_written_does_not_end_recording(
    subject: Any, store: RunStore, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**columns: Any) -> str:
        raise OSError("disk full")

    subject.run.advance(5)
    with monkeypatch.context() as broken:
        broken.setattr(store, "add", refuse)
        assert recorder.flush(PATIENCE)
    subject.run.advance(5)
    assert recorder.flush(PATIENCE)
    assert [run.steps for run in store] == [10]


def test_the_snapshots_of_a_run_are_kept_with_it_and_only_new_ones_are_asked_for(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(25)
    subject.run.status = Status.PAUSED
    assert recorder.flush(PATIENCE)
    subject.run.advance(10)
    assert recorder.flush(PATIENCE)
    assert subject.run.asked == {0, 10, 20}
    states = [state.unpack() for state in store.snapshots(store[0].id)]
    assert [(state.step, state.values[0].tolist()) for state in states] == [
        (step, [step] * 3) for step in (0, 10, 20, 30)
    ]


def test_a_run_that_plays_is_asked_for_snapshots_seldom(subject: Any, store: RunStore, recorder: Recorder) -> None:
    subject.run.advance(25)
    assert recorder.flush(PATIENCE)
    subject.run.advance(10)
    assert recorder.flush(PATIENCE)
    assert subject.run.asked == frozenset()
    assert [state.step for state in store.snapshots(store[0].id)] == [0, 10, 20]
    subject.run.status = Status.FINISHED
    assert recorder.flush(PATIENCE)
    assert [state.step for state in store.snapshots(store[0].id)] == [0, 10, 20, 30]


def test_a_run_whose_engine_is_gone_keeps_the_snapshots_it_had(
    subject: Any, store: RunStore, recorder: Recorder
) -> None:
    subject.run.advance(25)
    assert recorder.flush(PATIENCE)
    subject.run.advance(10)
    subject.run.status, subject.run.request_snapshots = Status.FAILED, lambda known: lambda: None
    assert recorder.flush(PATIENCE)
    assert (store[0].steps, len(store.snapshots(store[0].id))) == (35, 3)
