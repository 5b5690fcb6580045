"""The HTTP server of the app: refuses what is not meant for it, and what would keep it from its visitors.

Tornado's own takes bodies of 100 MB, as many as come, and waits an hour for the rest of a request.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, ResponseStartLine

from widgets.server import status_pages
from widgets.server.client_address import client_address, customer
from widgets.server.rates import Rates
from widgets.server.request_origin import HostNames, is_foreign

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from logging import Logger

    from tornado.httputil import RequestStartLine
    from tornado.iostream import IOStream

    from widgets.server.limits import ServerLimits

SECONDS_OF_REQUESTS_AT_ONCE = 30  # a page asks for all its files at once, and a class opens it at once
BUFFER_BYTES = 16_000_000  # a table of 5 MB comes in one message over a socket


@dataclass(frozen=True)
class Refusal:
    """An answer in place of what was asked for."""

    status: HTTPStatus
    text: Callable[[], str]


class BoundedServer(HTTPServer):
    """Bounds connections, bodies and requests, and checks each request before the app sees it."""

    def initialize(  # type: ignore[override] # Tornado hands on what `configure` was given
        self, request_callback: Any, limits: ServerLimits, ip: str, log: Logger, **settings: Any
    ) -> None:
        """Set the server up for the app `request_callback`, which listens at `ip`."""
        super().initialize(
            request_callback,
            idle_connection_timeout=limits.header_seconds,
            body_timeout=limits.body_seconds,
            max_body_size=limits.body_bytes,
            max_buffer_size=BUFFER_BYTES,
            **settings,
        )
        self.limits, self.log, self.open_bodies = limits, log, 0
        self._names = HostNames(ip, limits.allowed_hosts)
        per_second = limits.requests_per_second
        self._requests = Rates(per_second, per_second * SECONDS_OF_REQUESTS_AT_ONCE, time.monotonic)
        self._streams: defaultdict[str, WeakSet[IOStream]] = defaultdict(WeakSet)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a connection, unless there are too many."""
        peer = customer(str(address[0])) if address else ""
        if self._has_too_many_connections(peer):
            stream.close()
            return
        self._streams[peer].add(stream)
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: Any) -> HTTPMessageDelegate:
        """Return what takes the request: the app's own delegate behind the checks."""
        return CheckedRequest(super().start_request(server_conn, request_conn), request_conn, self)

    def refusal(self, start_line: RequestStartLine, headers: HTTPHeaders, address: str) -> Refusal | None:
        """Return why a request is refused; None if it is not."""
        host = headers.get("Host", "")
        if not self._names.has(host):
            self.log.warning("A request for %r was refused: ServerLimits.allowed_hosts does not name it.", host[:200])
            return Refusal(HTTPStatus.FORBIDDEN, status_pages.unknown_host)
        if is_foreign(start_line.method, headers):
            return Refusal(HTTPStatus.FORBIDDEN, status_pages.foreign)
        if not self._requests.take(customer(address)):
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, status_pages.too_many_requests)
        if has_body(headers) and self.open_bodies >= self.limits.open_bodies:
            return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, status_pages.too_many_uploads)
        return None

    def _has_too_many_connections(self, peer: str) -> bool:
        self._streams = defaultdict(WeakSet, {key: found for key, found in self._streams.items() if _open(found)})
        if sum(map(_open, self._streams.values())) >= self.limits.connections:
            return True
        is_proxy = peer in self.limits.trusted_proxies  # which speaks for many
        return not is_proxy and _open(self._streams[peer]) >= self.limits.connections_per_address


class CheckedRequest(HTTPMessageDelegate):
    """One request: handed on to the app's `delegate`, or refused when its headers have come."""

    def __init__(self, delegate: HTTPMessageDelegate, connection: Any, server: BoundedServer) -> None:
        self._delegate, self._connection, self._server = delegate, connection, server
        self._refused = self._has_body = False

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Awaitable[None] | None:
        """Check the request."""
        context = self._connection.context
        peer = str(context.address[0]) if context.address else ""
        address = client_address(peer, headers, self._server.limits.trusted_proxies)
        refusal = self._server.refusal(start_line, headers, address)
        if refusal is not None:
            self._refuse(refusal, with_page=start_line.method != "HEAD")
            return None
        context.remote_ip = address
        self._has_body = has_body(headers)
        self._server.open_bodies += self._has_body
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Hand on a piece of the body; that of a refused request is thrown away."""
        return None if self._refused else self._delegate.data_received(chunk)

    def finish(self) -> None:
        """Have the app answer."""
        self._close_body()
        if not self._refused:
            self._delegate.finish()

    def on_connection_close(self) -> None:
        """Tell the app that nobody waits."""
        self._close_body()
        if not self._refused:
            self._delegate.on_connection_close()

    def _close_body(self) -> None:
        self._server.open_bodies -= self._has_body
        self._has_body = False

    def _refuse(self, refusal: Refusal, with_page: bool) -> None:
        self._refused = True
        page = status_pages.refusal_page(refusal.text).encode() if with_page else b""
        headers = HTTPHeaders({"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(page))})
        headers["Cache-Control"] = "no-store"
        headers["Content-Security-Policy"] = "default-src 'unsafe-inline'; frame-ancestors 'none'"
        headers["Retry-After"] = str(SECONDS_OF_REQUESTS_AT_ONCE)
        start_line = ResponseStartLine("HTTP/1.1", refusal.status, refusal.status.phrase)
        self._connection.write_headers(start_line, headers, page)
        self._connection.finish()


def has_body(headers: HTTPHeaders) -> bool:
    """Return whether a body follows the headers."""
    return "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0"


def _open(streams: WeakSet[IOStream]) -> int:
    return sum(not stream.closed() for stream in streams)
