"""A page with a board's charts and no kernel, for tests of its JavaScript: the real module, a model made by hand."""

from __future__ import annotations

import base64
from importlib import resources
from typing import TYPE_CHECKING, Any

from widgets.board.live_board import LiveBoard
from widgets.front_end import style_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Page

    from widgets.board.panel import Panel

# The kernel's end of the widget: its state, and the messages that the page has sent.
MODEL = """async ([source, state]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const binary = (texts) => texts.map((text) => new DataView(bytes(text).buffer));
  const listeners = new Map();
  const model = globalThis.model = {
    said: [],
    get: (name) => state[name],
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) => listeners.set(event, listeners.get(event).filter((one) => one !== callback)),
    send: (content) => model.said.push(content),
    say: (event, ...content) => (listeners.get(event) ?? []).forEach((callback) => callback(...content)),
    frame: (content, buffers) => model.say("msg:custom", content, binary(buffers)),
    set: (name, value) => {
      state[name] = name === "board" ? { ...value, buffers: binary(value.buffers) } : value;
      model.say(`change:${name}`);
    },
  };
  state.board.buffers = binary(state.board.buffers);
  globalThis[Symbol.for("descent-lab.plotly")] = Promise.resolve(Plotly);
  const { default: widget } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  widget.render({ model, el: document.querySelector(".dl-root") });
}"""
ANSWERED = "number => model.said.some((one) => one.kind === 'ack' && one.frame === number && one.drawn)"
READY = ".dl-board[data-ready='true']"


class BoardPage:
    """A board on a browser page. `draw` sends what a kernel would send, and returns when the page has drawn it."""

    def __init__(self, page: Page, panels: Sequence[Panel]) -> None:
        self.page = page
        self.board = LiveBoard()
        self.board.show(panels)
        self._sent: list[tuple[dict[str, Any], list[Any]]] = []
        self.last_buffers: list[Any] = []  # of the newest frame
        self.board.send = lambda content, buffers=None: self._sent.append((content, buffers or []))
        page.set_content(f"<style>{style_sheet()}</style><div class='dl-root' data-theme='light'></div>")
        page.add_script_tag(path=str(resources.files("plotly") / "package_data" / "plotly.min.js"))
        state = {name: getattr(self.board, name) for name in ("texts", "plotly_locale")}
        page.evaluate(MODEL, [self.board._esm, {**state, "board": self._state()}])
        page.wait_for_selector(READY)
        ids = [panel.id for panel in panels]
        self.board._receive({"kind": "view", "view": "test", "visible": ids, "hidden": False})

    def show(self, panels: Sequence[Panel]) -> None:
        """Shows these panels instead."""
        self.board.show(panels)
        self.page.evaluate("state => model.set('board', state)", self._state())

    def draw(self, frame: Mapping[str, Any]) -> None:
        """Sends the frame, less what the page has, and waits until it is drawn."""
        number = self.send(frame)
        self.page.wait_for_function(ANSWERED, arg=number)

    def send(self, frame: Mapping[str, Any]) -> int:
        """Sends the frame and returns its number."""
        assert self.board.draw(frame)
        content, buffers = self._sent.pop()
        self.last_buffers = buffers
        self.page.evaluate("frame => model.frame(...frame)", [content, _texts(buffers)])
        self.board._receive({"kind": "ack", "frame": content["frame"], "drawn": True})
        return int(content["frame"])

    def _state(self) -> dict[str, Any]:
        return {**self.board.board, "buffers": _texts(self.board.board["buffers"])}


def _texts(buffers: Sequence[Any]) -> list[str]:
    return [base64.b64encode(buffer).decode() for buffer in buffers]
