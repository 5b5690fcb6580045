"""The end of a conversation with an engine, and of the engine."""

from __future__ import annotations

import os
import select
import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

GRACE_S = 1.0  # for an engine that was told to end


def hang_up(connection: Connection) -> None:
    """Ends the conversation for both ends, also for a thread that waits for a message."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as peer:
        peer.shutdown(socket.SHUT_RDWR)


def see_off(process: int) -> None:
    """Kills the process behind the descriptor `process` if it has not ended within `GRACE_S`."""
    with suppress(OSError):
        if not select.select([process], [], [], GRACE_S)[0]:
            signal.pidfd_send_signal(process, signal.SIGKILL)
    os.close(process)
