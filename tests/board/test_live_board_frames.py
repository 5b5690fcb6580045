"""Frames of a board without a browser: one at a time is on its way, and each says only what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.board_visitor import BoardVisitor, panel
from widgets.board.frame_gate import LOST_AFTER_S

if TYPE_CHECKING:
    from widgets.board.live_board import LiveBoard


def test_nothing_is_sent_before_a_page_looks(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    assert not live_board.draw({"step": 1})
    assert visitor.sent == []
    assert not live_board.mounted
    assert not live_board.wait_ready(0)


def test_the_second_frame_waits_for_the_answer_to_the_first(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look()
    assert [live_board.draw({"step": step}) for step in range(5)] == [True, False, False, False, False]
    assert live_board.waiting
    visitor.answer()
    assert not live_board.waiting
    assert live_board.draw({"step": 5})
    assert [frame["step"] for frame in visitor.frames] == [0, 5]


def test_late_repeated_and_invented_answers_let_nothing_through(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look()
    live_board.draw({"step": 1})
    visitor.answer()
    live_board.draw({"step": 2})
    for number in [1, 0, 3, -2, 2.0, True, "2", None, [2]]:
        visitor.say(kind="ack", frame=number, drawn=True)
    visitor.say(kind="ack", frame=2, drawn="yes")
    assert live_board.waiting
    visitor.answer()
    visitor.answer()
    assert not live_board.waiting


def test_a_frame_that_cannot_travel_does_not_block_the_next(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look()
    with pytest.raises(TypeError):
        live_board.draw({"step": object()})
    assert live_board.draw({"step": 2})


def test_a_page_that_is_reconnected_has_everything_drawn_again_though_it_owes_an_answer(
    live_board: LiveBoard, visitor: BoardVisitor, events: list[Any]
) -> None:
    visitor.look()
    assert live_board.draw({"step": 1, "panels": {}, "slots": {"step": "1"}})
    assert not live_board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    visitor.say(kind="reconnected")
    assert events[-1] == ("mounted", {})
    assert live_board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    assert visitor.frames[-1]["slots"] == {"step": "1"}


def test_a_page_that_never_looked_cannot_be_reconnected(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.say(kind="reconnected")
    assert not live_board.draw({"step": 1, "panels": {}, "slots": {}})


def test_a_new_view_is_drawn_to_though_an_earlier_one_never_answered(
    live_board: LiveBoard, visitor: BoardVisitor
) -> None:
    visitor.look("dead")
    live_board.draw({"step": 1})
    visitor.look("alive")
    assert live_board.draw({"step": 2})


def whole(visitor: BoardVisitor) -> bool:
    """Whether the last frame said everything, with its array."""
    content, buffers = visitor.sent[-1]
    told = content["panels"]["loss"]
    return (
        [memoryview(b) for b in buffers] == [np.arange(3, dtype=np.float32).data.cast("B")]
        and told["traces"]["0"].keys() == {"y", "line.color", "text"}
        and told["layout"] == {"xaxis.type": "log"}
    )


def test_what_the_page_was_told_is_not_sent_again(
    live_board: LiveBoard, visitor: BoardVisitor, unchanging: dict[str, Any]
) -> None:
    visitor.look()
    live_board.draw(unchanging)
    assert whole(visitor)
    visitor.answer()
    live_board.draw(unchanging)
    # The panel itself is named: it counts the frame, and its note and step are of now.
    assert visitor.sent[-1][0]["panels"] == {"loss": {"traces": {}, "layout": {}, "note": "now"}}
    assert visitor.sent[-1][1] == []
    visitor.answer()
    unchanging["panels"]["loss"]["traces"][0] |= {"y": np.arange(3.0) + 1, "line.color": "blue"}
    live_board.draw(unchanging)
    assert visitor.sent[-1][0]["panels"]["loss"]["traces"]["0"].keys() == {"y", "line.color"}


def test_a_value_that_came_back_is_sent_again(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look()
    for visible in [True, False, True]:
        live_board.draw({"panels": {"loss": {"traces": {0: {"visible": visible}}}}})
        assert visitor.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": visible}}
        visitor.answer()
    live_board.draw({"panels": {"loss": {"traces": {0: {"visible": 1}}}}})  # equals True, and is another thing
    assert visitor.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": 1}}


def test_a_new_view_new_charts_and_a_lost_frame_have_everything_sent(
    live_board: LiveBoard, visitor: BoardVisitor, unchanging: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.look()
    live_board.draw(unchanging)
    visitor.look("v2")
    live_board.draw(unchanging)
    assert whole(visitor)
    visitor.answer()
    live_board.show([panel("loss", title="another")])
    live_board.draw(unchanging)
    assert whole(visitor)
    later = live_board._gate._clock() + LOST_AFTER_S
    monkeypatch.setattr(live_board._gate, "_clock", lambda: later)
    assert live_board.draw(unchanging)
    assert whole(visitor)


def test_a_frame_that_was_not_sent_is_not_remembered(
    live_board: LiveBoard, visitor: BoardVisitor, unchanging: dict[str, Any]
) -> None:
    assert not live_board.draw(unchanging)
    visitor.look()
    with pytest.raises(TypeError):
        live_board.draw({**unchanging, "step": object()})
    assert live_board.draw(unchanging)
    assert whole(visitor)


def test_the_last_view_that_leaves_stops_the_frames(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look("one")
    visitor.look("two")
    visitor.say(kind="unmounted", view="one")
    assert live_board.mounted
    assert live_board.draw({"step": 1})
    visitor.say(kind="unmounted", view="two")
    assert not live_board.mounted
    assert not live_board.waiting
    assert not live_board.draw({"step": 2})
