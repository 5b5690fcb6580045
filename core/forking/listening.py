"""The socket at which a fork server is asked for forks."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITING = 64  # peers that wait while the fork server imports


@contextmanager
def listening_at(path: str) -> Iterator[socket.socket]:
    """A local socket that listens at `path`, which is there only once it listens: nobody finds a socket too early."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(WAITING)
        os.rename(f"{path}.new", path)
        yield listener
