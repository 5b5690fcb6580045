"""LiveBoard: the Plotly figures of one page, streamed to with acknowledgement.

All visible charts share one message a frame and one answer, since each answer costs the kernel 1-2 ms.
plotly.js comes once per page, from the served app as a file or else from the kernel, and not with every figure.

    page -> kernel   plotly | view | reconnected | unmounted | ack | click | switch | draw
    kernel -> page   plotly | frame | undrawn, and the trait `board` with the figures
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from core.drawn.strokes import strokes_in
from core.language import language
from widgets.board.encoding import encode
from widgets.board.frame_delta import FrameDelta
from widgets.board.frame_gate import FrameGate
from widgets.board.own_texts import own_texts
from widgets.board.page_values import is_name, is_number
from widgets.board.panel import Panel, ShownPanel, encode_panel
from widgets.board.plotly_bundle import packed_plotly_js
from widgets.board.views import Views
from widgets.front_end import joined_module

EventCallback = Callable[[str, dict[str, Any]], None]


class LiveBoard(anywidget.AnyWidget):
    """A grid of Plotly charts. `show` says which, `draw` streams to them; see FrameGate for the flow.

    Its look is part of the page's style sheet, which the header carries.
    """

    _esm = joined_module(Path(__file__).with_name("live_board.js"))
    board = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    plotly_locale = traitlets.Dict().tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._gate = FrameGate()
        self._delta = FrameDelta()
        self._sending = threading.Lock()  # a view that comes while a frame is made must not miss what that leaves out
        self._views = Views()
        self._shown: dict[str, ShownPanel] = {}
        self._callbacks: list[EventCallback] = []
        self._revision = 0
        self._generation = 0
        self._language = language()  # of the panels
        super().__init__(board={"panels": [], "buffers": [], "generation": 0}, **own_texts(), **kwargs)
        self.on_msg(lambda _widget, content, _buffers: self._receive(content))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Nothing: the page reads the board's state and never writes it."""

    def retranslate(self) -> None:
        """Write the board's and Plotly's own words in the language in use; the panels are for the owner to `show`."""
        with self.hold_sync():
            for name, value in own_texts().items():
                setattr(self, name, value)

    def show(self, panels: Sequence[Panel]) -> None:
        """Show these panels in this order. The page rebuilds only the figures whose content changed.

        A panel that did not change keeps what was last drawn in it, and one that is only in another language since
        the last call also what a person zoomed to.
        """
        self._shown = {panel.id: self._shown_now(panel) for panel in panels}
        buffers: list[memoryview] = []
        sent = []
        for shown in self._shown.values():
            numbers = {"revision": shown.revision, "patched": shown.patched, "first_buffer": len(buffers)}
            sent.append({**shown.sent, **numbers, "patch": shown.patch})
            buffers.extend(shown.buffers)
        self._generation += 1
        self._forget_sent(only_texts=self._language != language())
        self._language = language()
        self.board = {"panels": sent, "buffers": buffers, "generation": self._generation}

    def _shown_now(self, panel: Panel) -> ShownPanel:
        before = self._shown.get(panel.id)
        if before is not None and before.panel is panel and self._language == language():
            return before
        now = encode_panel(panel)
        if before is not None and now.same_content(before):
            now.revision, now.patch, now.patched = before.revision, before.patch, before.patched
            return now
        self._revision += 1
        now.revision = self._revision
        if before is not None and self._language != language():
            now.translates(before)
        return now

    def draw(self, frame: Mapping[str, Any], age_s: float = 0.0) -> bool:
        """Send `frame` and return True, if a page looks and has answered for the frame before; else return False.

        age_s: how long ago the run stood where the frame shows it, for `lag_ms`.

        frame: {"step": int, "time": when the run stood there, unix seconds (for measurements),
                "panels": {id: {"traces": {index: {attribute: value}}, "layout": {path: value}, "slots": as below,
                             "note": str, "footer": str, "placeholder": words in the place of an empty figure}},
                "slots": {name: text | {"text", "class", "style": {...}, "attrs": {...}}}}
        Arrays travel as binary; a slot is every element of the page with that data-dl-slot.
        What a frame leaves out stays as it was, and what it says again is not sent again; an array counts as
        the same if it has the same bytes, so nobody may write into one that was sent.
        """
        if not self._gate.ready:
            return False
        if self._gate.waiting:
            self._forget_sent()  # the frame before this one was never answered: the page may not have it
        buffers: list[memoryview] = []
        number = None
        with self._sending:
            try:
                news = {
                    "panels": self._delta.news(frame.get("panels", {})),
                    "slots": self._delta.news_of_slots(frame.get("slots", {})),
                }
                content = encode({**frame, **news}, buffers)
                number = self._gate.admit(age_s)
            finally:
                if number is None:
                    self._delta.forget()
        if number is None:
            return False
        self.send({**content, "kind": "frame", "frame": number, "generation": self._generation}, buffers)
        return True

    def take_drawing_back(self) -> None:
        """Show a chart's points as they are, since what was drawn did not become points."""
        self.send({"kind": "undrawn"})

    def _forget_sent(self, only_texts: bool = False) -> None:
        """Let the next frame leave nothing out, or none of its texts: then the page keeps all else that was drawn."""
        with self._sending:
            self._delta.forget_texts() if only_texts else self._delta.forget()

    @property
    def mounted(self) -> bool:
        """True while the charts stand in at least one live view."""
        return bool(self._views)

    @property
    def visible(self) -> frozenset[str]:
        """The ids of the panels that are on some screen now."""
        return self._views.visible

    @property
    def hidden(self) -> bool:
        """True if there are views, and every one is in a hidden tab."""
        return self._views.hidden

    @property
    def waiting(self) -> bool:
        """True while a frame is on its way and not yet answered."""
        return self._gate.waiting

    def wait_ready(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until `draw` would send; return True if it would."""
        return self._gate.wait_ready(timeout)

    def seconds_since_ack(self) -> float:
        """Seconds since the page owes an answer; 0 when it owes none."""
        return self._gate.seconds_since_ack()

    def frames_per_second(self) -> float | None:
        """Frames drawn per second over the last 2 s, or None before the first."""
        return self._gate.frames_per_second()

    def lag_ms(self) -> float | None:
        """Milliseconds that the newest drawn frame was behind the run when the page answered; None before the first."""
        return self._gate.lag_ms()

    def on_event(self, callback: EventCallback) -> None:
        """Call `callback(kind, payload)` for what happens on the page, on the kernel's comm thread.

        "mounted" {}: the charts of a view stand, or its connection does again.
        "visible" {"panels": frozenset}: others are on screen now.
        "click" {"panel", "x", "y"}: data coordinates.  "switch" {"panel", "name", "value"}.
        "draw" {"panel", "strokes"}: a person has drawn with these `Stroke`s.
        "press" {"panel", "number"}: a point that has this number, see `Panel.has_points_to_press`.
        Everything in a payload was checked; a page can send anything, and rubbish is dropped.
        """
        self._callbacks.append(callback)

    def _emit(self, kind: str, payload: dict[str, Any]) -> None:
        for callback in self._callbacks:
            callback(kind, payload)

    def _receive(self, content: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        receive = _RECEIVERS.get(kind) if isinstance(kind, str) else None
        if receive is not None:
            receive(self, content)

    def _receive_plotly(self, content: dict[str, Any]) -> None:
        self.send({"kind": "plotly"}, [packed_plotly_js()])

    def _receive_view(self, content: dict[str, Any]) -> None:
        before = self.visible
        is_new = self._views.take(content, self._shown)
        if is_new:
            self._forget_sent()
            self._gate.open()
            self._emit("mounted", {})
        elif is_new is not None and self.visible != before:
            self._emit("visible", {"panels": self.visible})

    def _receive_reconnected(self, content: dict[str, Any]) -> None:
        """Draw everything again, at once: the last frame, or its answer, may have been lost on the way."""
        if self._views:
            self._forget_sent()
            self._gate.open()
            self._emit("mounted", {})

    def _receive_unmounted(self, content: dict[str, Any]) -> None:
        if not self._views.leave(content):
            return
        if self._views:
            self._gate.open()  # the view that left may have been the one to answer
        else:
            self._gate.close()

    def _receive_ack(self, content: dict[str, Any]) -> None:
        number, drawn = content.get("frame"), content.get("drawn")
        if type(number) is int and isinstance(drawn, bool):
            self._gate.acknowledge(number, drawn)

    def _receive_click(self, content: dict[str, Any]) -> None:
        panel, x, y = content.get("panel"), content.get("x"), content.get("y")
        if is_name(panel) and panel in self._shown and is_number(x) and is_number(y):
            self._emit("click", {"panel": panel, "x": float(x), "y": float(y)})

    def _receive_press(self, content: dict[str, Any]) -> None:
        panel, number = content.get("panel"), content.get("number")
        shown = self._shown.get(panel) if is_name(panel) else None
        if shown is not None and shown.panel.has_points_to_press and type(number) is int:
            self._emit("press", {"panel": panel, "number": number})

    def _receive_switch(self, content: dict[str, Any]) -> None:
        panel, name, value = content.get("panel"), content.get("name"), content.get("value")
        shown = self._shown.get(panel) if is_name(panel) else None
        switches = shown.panel.switches if shown is not None else ()
        if any(switch.name == name and value in switch.options for switch in switches):
            self._emit("switch", {"panel": panel, "name": name, "value": value})

    def _receive_draw(self, content: dict[str, Any]) -> None:
        panel, strokes = content.get("panel"), strokes_in(content.get("strokes"))
        shown = self._shown.get(panel) if is_name(panel) else None
        if shown is not None and shown.panel.drawable and strokes is not None:
            self._emit("draw", {"panel": panel, "strokes": strokes})


_RECEIVERS: dict[str, Callable[[LiveBoard, dict[str, Any]], None]] = {
    "plotly": LiveBoard._receive_plotly,
    "view": LiveBoard._receive_view,
    "reconnected": LiveBoard._receive_reconnected,
    "unmounted": LiveBoard._receive_unmounted,
    "ack": LiveBoard._receive_ack,
    "click": LiveBoard._receive_click,
    "switch": LiveBoard._receive_switch,
    "draw": LiveBoard._receive_draw,
    "press": LiveBoard._receive_press,
}
