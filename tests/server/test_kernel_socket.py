"""Whoever speaks to a kernel's socket in another way than a page is turned away, and the server goes on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.support.small_app import Person, ask, leave, small_app
from widgets.server.kernel_socket import PROTOCOL, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from tests.support.browser import Server
    from tests.support.small_app import Answer

T = TypeVar("T")

PARTS = [b'{"msg_type": "kernel_info_request"}', b"{}", b"{}", b"{}"]
MESSAGE = serialize_msg_to_ws_v1(PARTS, "shell")  # as Jupyter writes it
ANSWER_S = 20.0
HUGE = (2**62).to_bytes(8, "little")


def numbers(*values: int) -> bytes:
    return b"".join(value.to_bytes(8, "little") for value in values)


RUBBISH = {
    "text": MESSAGE.decode("latin-1"),
    "nothing": b"",
    "no offsets": numbers(0),
    "more parts than there are": HUGE + b"12345678",
    "more parts than it has bytes": numbers(6, 56),
    "parts that run backwards": numbers(6, 56, 60, 58, 62, 64, 66) + b"shell" * 2,
    "parts beyond the end": MESSAGE[:-1],
    "parts before the end": MESSAGE + b"x",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with small_app(tmp_path_factory.mktemp("socket"), preheated=False) as server:
        yield server


@pytest.fixture
def page(server: Server) -> Iterator[Answer]:
    page = Person(server, "127.0.0.1").wait_for_dashboard()
    yield page
    leave(server, page)


def answer_of(visit: Callable[[], Coroutine[None, None, T]]) -> T:
    """What a coroutine returns: in a thread of its own, since the browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(visit())).result()


async def connect(server: Server, page: Answer, *protocols: str) -> WebSocketClientConnection:
    address = server.url.replace("http", "ws", 1)
    url = f"{address}api/kernels/{page.kernel_id}/channels?session_id=1"
    return await websocket_connect(url, subprotocols=list(protocols) or None)


async def closing_code(server: Server, page: Answer, message: str | bytes) -> int | None:
    socket = await connect(server, page, PROTOCOL)
    await socket.write_message(message, binary=isinstance(message, bytes))
    while await asyncio.wait_for(socket.read_message(), ANSWER_S) is not None:
        pass
    code = socket.close_code
    socket.close()
    return code


@pytest.mark.parametrize("further", [[], [b"a buffer", b""]])
def test_a_message_as_jupyter_writes_it_is_whole(further: list[bytes]) -> None:
    assert is_whole(serialize_msg_to_ws_v1([*PARTS, *further], "shell"))


@pytest.mark.parametrize("message", RUBBISH.values(), ids=RUBBISH.keys())
def test_a_message_whose_parts_do_not_fill_it_is_not(message: str | bytes) -> None:
    assert not is_whole(message)


def test_a_client_that_does_not_ask_for_the_protocol_gets_no_socket(server: Server, page: Answer) -> None:
    with pytest.raises(HTTPClientError) as refused:
        answer_of(lambda: connect(server, page))
    assert refused.value.code == 400
    assert ask(server).status == 200


@pytest.mark.parametrize("message", [RUBBISH["text"], RUBBISH["more parts than there are"]], ids=["text", "huge"])
def test_a_socket_ends_at_rubbish_and_the_server_answers(server: Server, page: Answer, message: str | bytes) -> None:
    assert answer_of(lambda: closing_code(server, page, message)) == 1007
    assert ask(server, "/voila/static/voila.js").status in (200, 404)
