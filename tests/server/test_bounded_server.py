"""What would keep the server from its visitors is refused or ended, and so is what is not meant for it.

A real server, plain sockets, and addresses of this machine, of which Linux has many: 127.0.0.2 stands for a stranger.
"""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.small_app import Answer, Person, ask, leave, small_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.browser import Server

LIMITS = {
    "pages_per_address": 2,
    "header_seconds": 3.0,
    "body_seconds": 3.0,
    "open_bodies": 3,
    "connections_per_address": 5,
}
NAMES = {"allowed_hosts": ["lab.example.org"]}
NOTHING = "/api/kernels/00000000-0000-0000-0000-000000000000"  # answered with 404
MANY, MB = 8, 2**20
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
EMBEDDED = LINK | {"Sec-Fetch-Dest": "iframe"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with small_app(tmp_path_factory.mktemp("bounded"), {"ServerLimits": LIMITS | NAMES}, preheated=False) as server:
        yield server


def connect(server: Server, source: str) -> socket.socket:
    where = urlsplit(server.url)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=120, source_address=(source, 0))


def request(server: Server, line: str, *headers: str) -> bytes:
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: {urlsplit(server.url).netloc}", *headers, "", ""]).encode()


def rest(connection: socket.socket) -> bytes:
    """Return all that the server still sends before it closes the connection."""
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def upload(server: Server, source: str, size: int) -> socket.socket:
    """A connection over which a body of `size` bytes is announced, and all but one byte of it sent."""
    connection = connect(server, source)
    connection.sendall(request(server, "POST /voila/api/shutdown/none", f"Content-Length: {size}"))
    piece = b"x" * MB
    try:
        for sent in range(0, size - 1, MB):
            connection.sendall(piece[: min(MB, size - 1 - sent)])
    except (BrokenPipeError, ConnectionResetError):
        pass
    return connection


def offer(server: Server, source: str) -> socket.socket:
    """A connection over which a body of one byte is announced, to be sent once the server says that it waits for it."""
    connection = connect(server, source)
    headers = "Content-Length: 1", "Expect: 100-continue"
    connection.sendall(request(server, "POST /voila/api/shutdown/none", *headers))
    return connection


def answer_of(connection: socket.socket) -> int:
    """Return the status of the next answer."""
    return int(connection.recv(65536).split()[1])


def english(page: Answer) -> str:
    (text,) = re.findall(r'<p lang="en">(.*?)</p>', page.text)
    return text


# ---- names and sites


def test_a_page_of_another_name_that_points_to_this_machine_gets_nothing(server: Server) -> None:
    before = len(server.kernels())
    page = ask(server, headers={"Host": "rebound.example.org:8866"})
    assert page.status == 403
    assert english(page).startswith("This server does not go by the name in the address bar.")
    assert ask(server, "/voila/static/voila.js", {"Host": "rebound.example.org"}).status == 403
    assert len(server.kernels()) == before


def test_a_name_of_the_settings_is_answered(server: Server) -> None:
    assert ask(server, NOTHING, {"Host": "lab.example.org"}).status == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_sites_page_starts_nothing(server: Server, method: str) -> None:
    before = len(server.kernels())
    assert ask(server, headers=EMBEDDED, method=method).status == 403
    assert ask(server, headers={"Origin": "http://evil.example.org"}, method=method).status == 403
    assert len(server.kernels()) == before


@pytest.mark.parametrize("path", ["/voila/query/", "/api/kernels/"])
def test_another_sites_page_opens_no_socket(server: Server, path: str) -> None:
    page = Person(server, "127.0.0.9").ask()
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers = upgrade | {"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==", "Origin": "http://evil.example.org"}
    ending = "/channels" if "api" in path else ""
    assert ask(server, f"{path}{page.kernel_id}{ending}", headers).status == 403
    leave(server, page)


def test_a_link_from_another_site_opens_the_page(server: Server) -> None:
    page = ask(server, headers=LINK, source="127.0.0.10")
    assert page.status == 200
    leave(server, page)


# ---- pages of one address


def test_an_address_has_so_many_pages_and_when_one_is_closed_another(server: Server) -> None:
    pages = [Person(server, "127.0.0.3").wait_for_dashboard() for _ in range(2)]
    refused = Person(server, "127.0.0.3").ask()
    assert refused.status == 429
    assert english(refused).startswith("Too many pages are open from your network address.")
    other = Person(server, "127.0.0.4").wait_for_dashboard()
    leave(server, pages.pop())
    pages.append(Person(server, "127.0.0.3").wait_for_dashboard())
    for page in [*pages, other]:
        assert page.status == 200
        leave(server, page)


# ---- bodies and connections


def test_large_bodies_that_are_held_open_take_no_memory(server: Server) -> None:
    before = server.process.memory_info().rss
    with ExitStack() as until_the_end:
        for number in range(MANY):
            until_the_end.enter_context(upload(server, f"127.0.1.{number}", 30 * MB))
        assert server.process.memory_info().rss - before < 30 * MB


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Server) -> None:
    with connect(server, "127.0.0.6") as connection:
        connection.sendall(request(server, "POST /voila/api/shutdown/none", "Content-Length: 100000"))
        assert rest(connection).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_does_not_arrive_is_waited_for_no_longer(server: Server) -> None:
    with upload(server, "127.0.0.6", 1000) as connection:
        assert rest(connection) == b""


def test_so_many_bodies_are_received_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No body is given up meanwhile, however slow the machine, and each is known to be waited for."""
    patient = {"ServerLimits": LIMITS | {"body_seconds": 600.0}}
    with small_app(tmp_path_factory.mktemp("bodies"), patient, preheated=False) as server, ExitStack() as until_the_end:
        first, *others = [until_the_end.enter_context(offer(server, f"127.0.2.{number}")) for number in range(1, 4)]
        assert [answer_of(connection) for connection in (first, *others)] == [100] * 3
        assert answer_of(until_the_end.enter_context(offer(server, "127.0.2.4"))) == 503
        first.sendall(b"x")
        assert answer_of(first) not in (100, 503)
        assert answer_of(until_the_end.enter_context(offer(server, "127.0.2.5"))) == 100


def test_a_connection_without_a_whole_request_is_closed(server: Server) -> None:
    with connect(server, "127.0.0.7") as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert rest(connection) == b""


def test_an_address_has_so_many_connections_and_others_have_theirs(server: Server) -> None:
    with ExitStack() as until_the_end:
        for _ in range(5):
            until_the_end.enter_context(connect(server, "127.0.0.8"))
        with connect(server, "127.0.0.8") as refused:
            assert rest(refused) == b""
        assert ask(server, NOTHING, source="127.0.0.11").status == 404


def test_an_address_asks_for_so_much_and_opens_so_many_pages_in_a_time(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    slow = {"ServerLimits": {"requests_per_second": 1.0, "starts_per_minute": 1}}
    with small_app(tmp_path_factory.mktemp("slow"), slow, preheated=False) as server:
        statuses = [ask(server, NOTHING, source="127.0.0.2").status for _ in range(40)]
        assert statuses[:30] == [404] * 30
        assert statuses[-1] == 429
        page = Person(server, "127.0.0.3").wait_for_dashboard()
        leave(server, page)
        refused = Person(server, "127.0.0.3").ask()
        assert (page.status, refused.status) == (200, 429)
        assert english(refused).startswith("Too many requests come from your network address.")
