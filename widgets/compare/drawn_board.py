"""A board of the Compare tab: panels are shown when they are others, else drawn to, so that a zoom stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.language import language
from widgets.board.live_board import LiveBoard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from widgets.board.live_board import EventCallback
    from widgets.board.panel import Panel

ANSWER_S = 0.3  # how long a turn of the frame loop waits for the page


class DrawnBoard:
    """A board with what is still to be drawn on it. The frame loop calls `show`, `put` and `draw`."""

    def __init__(self, on_event: EventCallback) -> None:
        """`on_event(kind, payload)` is called for what happens on the page, as by `LiveBoard.on_event`."""
        self.widget = LiveBoard()
        self._shown: tuple[object, ...] = ()
        self._updates: Mapping[str, Mapping[str, Any]] | None = None
        self.widget.on_event(on_event)

    def show(self, key: object, panels: Callable[[], Sequence[Panel]]) -> bool:
        """Shows `panels()` if `key` or the language is another than before; True if they were shown."""
        if self._shown == (key, language()):
            return False
        self._shown = key, language()
        self.widget.show(panels())
        return True

    def forget(self) -> None:
        """Shows the panels anew the next time: another view begins with them as they were shown."""
        self._shown = ()

    def put(self, updates: Mapping[str, Mapping[str, Any]]) -> None:
        """Has `updates`, by the ids of panels, drawn when the page is ready."""
        self._updates = updates

    def draw(self) -> None:
        """Sends what is to be drawn, once the page has answered for what it drew before."""
        board, updates = self.widget, self._updates
        if updates is None or not board.mounted or board.hidden or not board.wait_ready(ANSWER_S):
            return
        if board.draw({"step": 0, "panels": updates}):
            self._updates = None
