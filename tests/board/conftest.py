"""The page with moving charts that tests of the board's JavaScript share, and a board without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.board_visitor import BoardVisitor, panel
from tests.support.moving_charts import frame, moving_charts
from widgets.board.live_board import LiveBoard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.board_page import BoardPage


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BoardPage]:
    """One page for all tests of a file."""
    with browser.new_context(viewport={"width": 1400, "height": 700}) as context:
        yield moving_charts(context.new_page())


@pytest.fixture
def board(shared: BoardPage) -> BoardPage:
    """That page, the pointer aside, after frames that were drawn fast."""
    shared.page.mouse.move(0, 0)
    shared.page.set_viewport_size({"width": 1400, "height": 700})
    for step in range(1, 4):
        shared.draw(frame(step))
    return shared


@pytest.fixture
def live_board() -> LiveBoard:
    made = LiveBoard()
    made.show([panel("loss"), panel("surface")])
    return made


@pytest.fixture
def visitor(live_board: LiveBoard, monkeypatch: pytest.MonkeyPatch) -> BoardVisitor:
    return BoardVisitor(live_board, monkeypatch)


@pytest.fixture
def events(live_board: LiveBoard) -> list[tuple[str, dict[str, Any]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    live_board.on_event(lambda kind, payload: heard.append((kind, payload)))
    return heard


@pytest.fixture
def unchanging() -> dict[str, Any]:
    """A frame with an array, a text and a list, none of which changes."""
    traces = {0: {"y": np.arange(3.0), "line.color": "red", "text": ["a", "b"]}}
    return {"panels": {"loss": {"traces": traces, "layout": {"xaxis.type": "log"}, "note": "now"}}}
