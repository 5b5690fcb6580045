"""What is to be sent to engines, in the order in which it was asked for, whichever threads ask."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


class Outbox:
    """Messages that wait to be sent. They are added under a lock of their owner's, and sent without it."""

    def __init__(self) -> None:
        self._sending = threading.Lock()
        self._unsent: deque[tuple[Connection, object]] = deque()

    def add(self, connection: Connection, message: object) -> None:
        """Takes a message to be sent after all those before it; returns at once."""
        self._unsent.append((connection, message))

    def send(self) -> None:
        """Sends what waits, other threads' messages too; what a connection that has ended does not take is gone."""
        with self._sending:
            while self._unsent:
                connection, message = self._unsent.popleft()
                with suppress(OSError):  # the thread that reads learns of it, too
                    connection.send(message)
