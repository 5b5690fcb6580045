"""A visitor without a browser: opens the served page, plays at full speed and answers for each frame as a page does.

It speaks what a page speaks (Jupyter's websocket and the comms of its widgets), so that a crowd of visitors costs the
machine little beside the server that is measured.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.support.small_app import KERNEL_ID
from widgets.server.kernel_socket import PROTOCOL

if TYPE_CHECKING:
    import threading

CONTROL = "jupyter.widget.control"  # the comm that tells the states of all widgets
WIDGETS_VERSION = "2.1.0"  # of widgets' messages
CONTENT = 3  # the place of a message's content: header, parent header, metadata, content, buffers
PING_S = 2.5
ASK_AGAIN_S = 1.0  # where the server is full
PATIENCE_S = 120.0


@dataclass
class LightVisitor:
    """What one visitor got: `usable_s` until the first frame, and (time, step, lag in s) of each frame."""

    url: str
    query: str
    # Of one client of Tornado's, which is all that a process has, ten requests are under way at a time.
    client: AsyncHTTPClient = field(init=False)
    usable_s: float = float("nan")
    frames: list[tuple[float, int, float]] = field(default_factory=list)

    async def visit(self, over: threading.Event) -> None:
        """Opens the page, plays, and stays until the event is set."""
        began = time.time()
        self.client = AsyncHTTPClient(force_instance=True)
        kernel = await self._kernel_id()
        address = self.url.replace("http", "ws", 1)
        session = uuid.uuid4().hex
        socket = await websocket_connect(
            f"{address}api/kernels/{kernel}/channels?session_id={session}",
            subprotocols=[PROTOCOL],
            max_message_size=2**28,
        )
        page = _Page(socket, session)
        try:
            await page.play(self.query)
            pinging = asyncio.create_task(page.ping())
            while not over.is_set():
                frame = await page.next_frame()
                if not self.frames:
                    self.usable_s = time.time() - began
                self._take(frame)
            pinging.cancel()
        finally:
            socket.close()
            await self.client.fetch(f"{self.url}voila/api/shutdown/{kernel}", method="POST", body="")

    def _take(self, frame: dict[str, Any]) -> None:
        now = time.time()
        self.frames.append((now, int(frame.get("step") or 0), now - (frame.get("time") or now)))

    async def _kernel_id(self) -> str:
        """Opens the page; a full server is asked again, with the cookie that keeps the place."""
        cookie, deadline = "", time.time() + PATIENCE_S
        while time.time() < deadline:
            answer = await self._open(cookie)
            if answer.code == 200 and (found := KERNEL_ID.search(answer.body.decode())):
                return found[1]
            cookie = "; ".join(text.split(";")[0] for text in answer.headers.get_list("Set-Cookie")) or cookie
            await asyncio.sleep(ASK_AGAIN_S)
        raise TimeoutError("the server was full for too long")

    async def _open(self, cookie: str) -> HTTPResponse:
        headers = {"Cookie": cookie} if cookie else {}
        request = HTTPRequest(f"{self.url}?{self.query}", headers=headers, request_timeout=PATIENCE_S)
        return await self.client.fetch(request, raise_error=False)


class _Page:
    """The page's end of the websocket: finds the widgets it needs and speaks to them."""

    def __init__(self, socket: WebSocketClientConnection, session: str) -> None:
        self._socket, self._session = socket, session
        self._board = self._header = ""

    async def play(self, query: str) -> None:
        """Says hello, looks at all charts, and plays at full speed."""
        states = await self._states()
        self._board, board = _widget(states, lambda state: "board" in state and "plotly_locale" in state)
        self._header, _ = _widget(states, lambda state: "greeted" in state)
        speed, slider = _widget(states, lambda state: "dl-speed" in state.get("_dom_classes", ()))
        button, _ = _widget(states, lambda state: "dl-play" in state.get("_dom_classes", ()))
        await self._say(self._header, {"kind": "hello", "query": query, "language": "en"})
        panels = [panel["id"] for panel in board["board"]["panels"]]
        await self._say(self._board, {"kind": "view", "view": "light", "visible": panels, "hidden": False})
        fastest = len(slider["_options_labels"]) - 1
        await self._send("comm_msg", {"comm_id": speed, "data": {"method": "update", "state": {"index": fastest}}})
        await self._say(button, {"event": "click"})

    async def ping(self) -> None:
        """Says now and then that it is there."""
        while True:
            await self._say(self._header, {"kind": "ping"})
            await asyncio.sleep(PING_S)

    async def next_frame(self) -> dict[str, Any]:
        """Waits for a frame and answers for it."""
        while True:
            content = (await self._receive()).get("data", {}).get("content")
            if isinstance(content, dict) and content.get("kind") == "frame":
                await self._say(self._board, {"kind": "ack", "view": "light", "frame": content["frame"], "drawn": True})
                return content

    async def _states(self) -> dict[str, dict[str, Any]]:
        comm = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": comm, "target_name": CONTROL, "data": {}}, {"version": "1.0.0"})
        await self._send("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        while True:
            data = (await self._receive()).get("data", {})
            if data.get("method") == "update_states":
                return {name: widget["state"] for name, widget in data["states"].items()}

    async def _say(self, comm: str, content: dict[str, Any]) -> None:
        await self._send("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}})

    async def _send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.4",
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        widgets = {"version": WIDGETS_VERSION} if metadata is None else metadata
        parts = [header, {}, widgets, {"data": {}, **content}]
        message = serialize_msg_to_ws_v1([json.dumps(part).encode() for part in parts], "shell")
        await self._socket.write_message(message, binary=True)

    async def _receive(self) -> dict[str, Any]:
        """The content of the next message."""
        payload = await asyncio.wait_for(self._socket.read_message(), PATIENCE_S)
        if payload is None:
            raise ConnectionError("the server closed the connection")
        _channel, parts = deserialize_msg_from_ws_v1(payload)
        return json.loads(parts[CONTENT])


def _widget(states: dict[str, dict[str, Any]], fits: Any) -> tuple[str, dict[str, Any]]:
    return next((comm, state) for comm, state in states.items() if fits(state))
