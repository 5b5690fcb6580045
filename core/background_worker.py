"""Work that is too long for a callback or for the loop that trains: a thread of its own, one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Request = TypeVar("Request")


class BackgroundWorker(Generic[Request]):
    """Calls `work(request)` in a thread that lives only while there are requests.

    At most one request waits for the one under way; the next one takes its place. `work` must not raise.
    """

    def __init__(self, work: Callable[[Request], None], name: str) -> None:
        self._work = work
        self._name = name
        self._lock = threading.Lock()
        self._waiting: Request | None = None
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> Request | None:
        """The request that comes next; None if there is none."""
        return self._waiting

    def ask(self, request: Request) -> None:
        """Has `request` dealt with. Returns at once."""
        with self._lock:
            self._waiting = request
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Waits until there is nothing left to do; whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self._thread is None

    def _serve(self) -> None:
        while (request := self._next()) is not None:
            self._work(request)

    def _next(self) -> Request | None:
        with self._lock:
            request, self._waiting = self._waiting, None
            if request is None:
                self._thread = None
            return request
