"""The way to a kernel: messages leave at once, and a socket that closes takes none."""

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


class Closing(Socket):
    """A socket that hands on each message that comes, once before it closes and once after."""

    def on_message(self, message: str | bytes) -> None:
        assert isinstance(message, str)
        self.connection.handle_incoming_message(message)
        self.close()
        self.connection.handle_incoming_message(message)


async def answer(kind: type[Socket] = Socket) -> str | bytes | None:
    listening, port = bind_unused_port()
    server = HTTPServer(Application([("/", kind)]))
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


def test_what_comes_to_a_socket_that_closes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _connection: None)
    monkeypatch.setattr(
        ZMQChannelsWebsocketConnection, "handle_incoming_message", lambda _connection, message: read.append(message)
    )
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(answer(Closing))).result() is None
    assert read == ["Do they?"]
