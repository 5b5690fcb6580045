"""A thread for work that is too long for a callback or for the training loop, one request at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from core.background_thread import BackgroundThread

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self._thread: BackgroundThread | None = None

    @property
    def waiting(self) -> Request | None:
        """The request that comes next; None if there is none."""
        return self._waiting

    def ask(self, request: Request) -> None:
        """Passes `request` to the thread and returns at once."""
        with self._lock:
            self._waiting = request
            if self._thread is None:
                self._thread = BackgroundThread(self._serve, self._name, end=self._drop)
                self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds until nothing is left to do; True if nothing is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self._thread is None

    def _drop(self) -> None:
        """Forgets the request that waits: the program ends after the one under way."""
        with self._lock:
            self._waiting = None

    def _serve(self) -> None:
        while (request := self._next()) is not None:
            self._work(request)

    def _next(self) -> Request | None:
        with self._lock:
            request, self._waiting = self._waiting, None
            if request is None:
                self._thread = None
            return request
