"""A board of two charts without a browser, and its page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.board_visitor import BoardVisitor, panel
from widgets.board.live_board import LiveBoard


@pytest.fixture
def board() -> LiveBoard:
    made = LiveBoard()
    made.show([panel("loss"), panel("surface")])
    return made


@pytest.fixture
def page(board: LiveBoard, monkeypatch: pytest.MonkeyPatch) -> BoardVisitor:
    return BoardVisitor(board, monkeypatch)


@pytest.fixture
def events(board: LiveBoard) -> list[tuple[str, dict[str, Any]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    board.on_event(lambda kind, payload: heard.append((kind, payload)))
    return heard


@pytest.fixture
def frame() -> dict[str, Any]:
    """A frame with an array, a text and a list, none of which changes."""
    traces = {0: {"y": np.arange(3.0), "line.color": "red", "text": ["a", "b"]}}
    return {"panels": {"loss": {"traces": traces, "layout": {"xaxis.type": "log"}, "note": "now"}}}
