"""The browser's end of a board, for tests without a browser, and a chart to put on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from widgets.board.panel import Panel, Switch

if TYPE_CHECKING:
    import pytest

    from widgets.board.live_board import LiveBoard


class BoardVisitor:
    """The browser's end of a board: keeps what was sent and says what a page says."""

    def __init__(self, board: LiveBoard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.board = board
        self.sent: list[tuple[dict[str, Any], list[Any]]] = []
        monkeypatch.setattr(board, "send", lambda content, buffers=None: self.sent.append((content, buffers)))

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [content for content, _ in self.sent if content["kind"] == "frame"]

    def say(self, **content: Any) -> None:
        self.board._handle_custom_msg(content, [])

    def look(self, view: str = "v1", visible: tuple[str, ...] = ("loss",), hidden: bool = False) -> None:
        self.say(kind="view", view=view, visible=list(visible), hidden=hidden)

    def answer(self, drawn: bool = True) -> None:
        self.say(kind="ack", view="v1", frame=self.frames[-1]["frame"], drawn=drawn)


def line(colour: str = "var(--dl-loss)") -> go.Figure:
    return go.Figure(go.Scatter(x=np.arange(3.0), y=np.zeros(3), line={"color": colour}))


def panel(panel_id: str = "loss", **changes: Any) -> Panel:
    scale = Switch("scale", ("linear", "log"), "linear", "Loss scale")
    return Panel(**{"id": panel_id, "title": "Loss", "figure": line(), "switches": (scale,), **changes})
