"""A message of a kernel leaves at once, also where the one before it is not yet acknowledged."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from widgets.server.kernel_socket import PromptConnection

if TYPE_CHECKING:
    import pytest


class Socket(KernelWebsocketHandler):
    """A socket as Jupyter's, without a kernel; it answers whether its messages leave at once."""

    async def prepare(self, **_settings: object) -> None:
        """Makes the connection, and asks nobody."""
        self.connection = PromptConnection(websocket_handler=self)

    async def get(self, *_names: str) -> None:
        await WebSocketHandler.get(self)

    async def open(self, *_names: str) -> None:
        self.connection.connect()

    def on_message(self, message: str | bytes) -> None:
        assert self.ws_connection is not None
        assert self.ws_connection.stream is not None
        system_socket = self.ws_connection.stream.socket
        self.write_message(str(system_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    def on_close(self) -> None:
        """Tells nobody."""


async def answer() -> str | bytes | None:
    listening, port = bind_unused_port()
    server = HTTPServer(Application([("/", Socket)]))
    server.add_sockets([listening])
    page = await websocket_connect(f"ws://127.0.0.1:{port}/")
    await page.write_message("Do they?")
    said = await page.read_message()
    page.close()
    server.stop()
    return said


def test_a_socket_sends_each_message_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _connection: None)
    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has a loop in this one
        assert thread.submit(lambda: asyncio.run(answer())).result() == "1"
