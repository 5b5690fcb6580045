"""The wire between a browser and a server, which a test can cut and mend."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK_BYTES = 65536


class Wire:
    """Passes on what comes to `port` of this machine to another port of it; cut, it takes no connection."""

    def __init__(self, to_port: int) -> None:
        self._to_port, self._is_cut = to_port, False
        self._ends: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, *of_an_error: object) -> None:
        self.cut()
        _hang_up(self._listener)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Ends all connections, and refuses new ones."""
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                _hang_up(end)

    def mend(self) -> None:
        """Takes connections again."""
        with self._lock:
            self._is_cut = False

    def _begin(self, work: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                self._begin(self._connect, self._listener.accept()[0])

    def _connect(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._to_port)) as far:
            with self._lock:
                if self._is_cut:
                    return
                self._ends |= {near, far}
            answers = self._begin(_pass_on, far, near)
            _pass_on(near, far)
            answers.join()
            with self._lock:
                self._ends -= {near, far}


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
    _hang_up(source)
    _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
