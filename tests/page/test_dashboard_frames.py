"""The page without a browser: which frames are sent, and what happens when nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.runs.status import Status
from tests.support.page_without_browser import PANELS, choose, click, mount, until
from widgets.board.frame_gate import LOST_AFTER_S, FrameGate
from widgets.page import stage as stage_module
from widgets.page.stage import LOST_SECONDS

if TYPE_CHECKING:
    from widgets.dashboard import Dashboard


def notice_title(dash: Dashboard) -> str:
    """What the notice of the next frame is called."""
    return dash._stage.frame(dash._session.staged)["slots"]["notice-title"]


class Clock:
    """A clock that stands until it is set."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_training_pauses_when_the_page_has_owed_an_answer_for_too_long(dash: Dashboard) -> None:
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    mount(dash)
    choose(dash, "epochs", "1000000000")
    click(dash, "dl-play")
    run = dash._session.run
    until(dash, lambda: run.step > 0 and dash._board.waiting)
    clock.seconds = LOST_SECONDS - 1
    dash._stage.draw()
    assert run.wants_to_play
    clock.seconds = LOST_SECONDS + 1
    dash._stage.draw()
    assert not run.wants_to_play
    until(dash, lambda: run.status is Status.PAUSED)
    assert notice_title(dash) == "Paused: the connection was lost."
    click(dash, "dl-play")
    assert notice_title(dash) != "Paused: the connection was lost."


def play_without_end(dash: Dashboard) -> None:
    choose(dash, "epochs", "1000000000")
    click(dash, "dl-play")
    until(dash, lambda: dash._session.run.step > 0)


def test_training_pauses_when_its_page_was_taken_away_for_good(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(stage_module.time, "monotonic", lambda: 1e6 + clock.seconds)
    mount(dash)
    play_without_end(dash)
    dash._board._receive({"kind": "unmounted", "view": "a"})
    for seconds, plays in ((LOST_SECONDS - 1, True), (LOST_SECONDS + 1, False)):
        clock.seconds = seconds
        dash._stage.draw()
        assert dash._session.run.wants_to_play is plays
    assert notice_title(dash) == "Paused: the connection was lost."


def test_what_a_cell_plays_after_its_page_was_taken_away_plays_on(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(stage_module.time, "monotonic", lambda: 1e6 + clock.seconds)
    mount(dash)
    dash._stage.draw()
    dash._board._receive({"kind": "unmounted", "view": "a"})
    play_without_end(dash)
    clock.seconds = 10 * LOST_SECONDS
    dash._stage.draw()
    assert dash._session.run.wants_to_play


@pytest.mark.parametrize("answers", [True, False])
def test_a_hidden_page_is_asked_now_and_then_and_trains_on_only_while_it_answers(
    dash: Dashboard, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    monkeypatch.setattr(stage_module.time, "monotonic", lambda: 1e6 + clock.seconds)
    sent: list[tuple[float, dict[str, Any]]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append((clock.seconds, content)))
    choose(dash, "epochs", "1000000000")
    dash._board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": True})
    click(dash, "dl-play")
    while clock.seconds <= LOST_SECONDS:
        dash._stage.draw()
        if answers and sent:
            dash._board._receive({"kind": "ack", "frame": sent[-1][1]["frame"], "drawn": False})
        clock.seconds += 0.5
    dash._stage.draw()
    assert [at for at, _ in sent] == ([0, 5, 10, 15, 20] if answers else [0])
    assert all(content["panels"] == {} for _, content in sent)  # nothing is drawn for it
    assert dash._session.run.wants_to_play == answers


def test_a_run_observed_anew_at_the_same_step_is_drawn_again(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED and bool(sent))
    dash._board._receive({"kind": "ack", "frame": sent[-1]["frame"], "drawn": True})
    until(dash, lambda: dash._board.waiting or dash._stage.is_drawn(dash._session.staged))
    if dash._board.waiting:
        dash._board._receive({"kind": "ack", "frame": sent[-1]["frame"], "drawn": True})
    seen, n_sent = dash._session.run.observation, len(sent)
    click(dash, "dl-reset")
    until(dash, lambda: dash._session.run.observation is not seen)
    until(dash, lambda: len(sent) > n_sent)


def test_no_frame_is_sent_while_one_is_unanswered(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    mount(dash)
    click(dash, "dl-play")
    until(dash, lambda: len(sent) == 1)
    dash._stage.draw()
    assert len(sent) == 1
    dash._board._receive({"kind": "ack", "frame": sent[0]["frame"], "drawn": True})
    until(dash, lambda: len(sent) == 2)


def test_a_frame_that_got_lost_at_rest_is_sent_again(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED and dash._board.waiting)
    count = len(sent)
    dash._stage.draw()
    assert len(sent) == count
    clock.seconds = LOST_AFTER_S + 1
    dash._stage.draw()
    assert len(sent) == count + 1
