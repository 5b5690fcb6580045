"""Frames of a board without a browser: one at a time is on its way, and each says only what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.board_visitor import BoardVisitor, panel
from widgets.board.frame_gate import LOST_AFTER_S

if TYPE_CHECKING:
    from widgets.board.live_board import LiveBoard


def test_nothing_is_sent_before_a_page_looks(board: LiveBoard, page: BoardVisitor) -> None:
    assert not board.draw({"step": 1})
    assert page.sent == []
    assert not board.mounted
    assert not board.wait_ready(0)


def test_the_second_frame_waits_for_the_answer_to_the_first(board: LiveBoard, page: BoardVisitor) -> None:
    page.look()
    assert [board.draw({"step": step}) for step in range(5)] == [True, False, False, False, False]
    assert board.waiting
    page.answer()
    assert not board.waiting
    assert board.draw({"step": 5})
    assert [frame["step"] for frame in page.frames] == [0, 5]


def test_late_repeated_and_invented_answers_let_nothing_through(board: LiveBoard, page: BoardVisitor) -> None:
    page.look()
    board.draw({"step": 1})
    page.answer()
    board.draw({"step": 2})
    for number in [1, 0, 3, -2, 2.0, True, "2", None, [2]]:
        page.say(kind="ack", frame=number, drawn=True)
    page.say(kind="ack", frame=2, drawn="yes")
    assert board.waiting
    page.answer()
    page.answer()
    assert not board.waiting


def test_a_frame_that_cannot_travel_does_not_block_the_next(board: LiveBoard, page: BoardVisitor) -> None:
    page.look()
    with pytest.raises(TypeError):
        board.draw({"step": object()})
    assert board.draw({"step": 2})


def test_a_page_that_is_reconnected_has_everything_drawn_again_though_it_owes_an_answer(
    board: LiveBoard, page: BoardVisitor, events: list[Any]
) -> None:
    page.look()
    assert board.draw({"step": 1, "panels": {}, "slots": {"step": "1"}})
    assert not board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    page.say(kind="reconnected")
    assert events[-1] == ("mounted", {})
    assert board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    assert page.frames[-1]["slots"] == {"step": "1"}


def test_a_page_that_never_looked_cannot_be_reconnected(board: LiveBoard, page: BoardVisitor) -> None:
    page.say(kind="reconnected")
    assert not board.draw({"step": 1, "panels": {}, "slots": {}})


def test_a_new_view_is_drawn_to_though_an_earlier_one_never_answered(board: LiveBoard, page: BoardVisitor) -> None:
    page.look("dead")
    board.draw({"step": 1})
    page.look("alive")
    assert board.draw({"step": 2})


def whole(page: BoardVisitor) -> bool:
    """Whether the last frame said everything, with its array."""
    content, buffers = page.sent[-1]
    told = content["panels"]["loss"]
    return (
        [memoryview(b) for b in buffers] == [np.arange(3, dtype=np.float32).data.cast("B")]
        and told["traces"]["0"].keys() == {"y", "line.color", "text"}
        and told["layout"] == {"xaxis.type": "log"}
    )


def test_what_the_page_was_told_is_not_sent_again(board: LiveBoard, page: BoardVisitor, frame: dict[str, Any]) -> None:
    page.look()
    board.draw(frame)
    assert whole(page)
    page.answer()
    board.draw(frame)
    # The panel itself is named: it counts the frame, and its note and step are of now.
    assert page.sent[-1][0]["panels"] == {"loss": {"traces": {}, "layout": {}, "note": "now"}}
    assert page.sent[-1][1] == []
    page.answer()
    frame["panels"]["loss"]["traces"][0] |= {"y": np.arange(3.0) + 1, "line.color": "blue"}
    board.draw(frame)
    assert page.sent[-1][0]["panels"]["loss"]["traces"]["0"].keys() == {"y", "line.color"}


def test_a_value_that_came_back_is_sent_again(board: LiveBoard, page: BoardVisitor) -> None:
    page.look()
    for visible in [True, False, True]:
        board.draw({"panels": {"loss": {"traces": {0: {"visible": visible}}}}})
        assert page.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": visible}}
        page.answer()
    board.draw({"panels": {"loss": {"traces": {0: {"visible": 1}}}}})  # equals True, and is another thing
    assert page.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": 1}}


def test_a_new_view_new_charts_and_a_lost_frame_have_everything_sent(
    board: LiveBoard, page: BoardVisitor, frame: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.look()
    board.draw(frame)
    page.look("v2")
    board.draw(frame)
    assert whole(page)
    page.answer()
    board.show([panel("loss", title="another")])
    board.draw(frame)
    assert whole(page)
    later = board._gate._clock() + LOST_AFTER_S
    monkeypatch.setattr(board._gate, "_clock", lambda: later)
    assert board.draw(frame)
    assert whole(page)


def test_a_frame_that_was_not_sent_is_not_remembered(
    board: LiveBoard, page: BoardVisitor, frame: dict[str, Any]
) -> None:
    assert not board.draw(frame)
    page.look()
    with pytest.raises(TypeError):
        board.draw({**frame, "step": object()})
    assert board.draw(frame)
    assert whole(page)


def test_the_last_view_that_leaves_stops_the_frames(board: LiveBoard, page: BoardVisitor) -> None:
    page.look("one")
    page.look("two")
    page.say(kind="unmounted", view="one")
    assert board.mounted
    assert board.draw({"step": 1})
    page.say(kind="unmounted", view="two")
    assert not board.mounted
    assert not board.waiting
    assert not board.draw({"step": 2})
