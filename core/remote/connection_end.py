"""The end of a conversation with an engine, and of the engine."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

GRACE_S = 1.0  # for an engine that was told to end


def hang_up(connection: Connection) -> None:
    """Ends the conversation for both ends, also for a thread that waits for a message."""
    with suppress(OSError), socket.socket(fileno=socket.dup(connection.fileno())) as peer:
        peer.shutdown(socket.SHUT_RDWR)


def see_off(process: psutil.Process) -> None:
    """Kills `process` if it has not ended within `GRACE_S`; it knows its process from a later one of that number."""
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        try:
            process.wait(GRACE_S)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(GRACE_S)
