"""One kept connection to an HTTP server on this machine: a request out, an answer in, without a library between."""

from __future__ import annotations

import socket

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


def request_bytes(path: str, body: str) -> bytes:
    """A POST of JSON."""
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    )
    return head.encode() + HEAD_END + content


class HttpConnection:
    """A connection that waits for at most one answer.

    Attributes:
        since: When the request that waits was to be sent, on the clock of `time.perf_counter`.
    """

    def __init__(self, port: int) -> None:
        """Connects; raises OSError if nobody listens."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.since = 0.0
        self._received = b""

    def send(self, request: bytes, since: float) -> None:
        """Sends a request, which is small enough for the socket's buffer in one piece or waits until it is out."""
        self.since, self._received = since, b""
        sent = self.socket.send(request)
        if sent < len(request):
            self.socket.settimeout(5)
            self.socket.sendall(request[sent:])
            self.socket.setblocking(False)

    def answer(self) -> int | None:
        """The status of the answer once it is whole, None before; raises OSError if the server has hung up."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the server has hung up")
        self._received += part
        end = self._received.find(HEAD_END)
        if end < 0:
            return None
        head = self._received[:end].lower()
        place = head.find(LENGTH)
        length = int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        return int(head[9:12]) if len(self._received) >= end + len(HEAD_END) + length else None

    def close(self) -> None:
        """Hangs up."""
        self.socket.close()
