"""The process at the other end of a local socket."""

from __future__ import annotations

import os
import socket
import struct


def is_ours(peer: socket.socket) -> bool:
    """True if the process at the other end runs as the same user as this one."""
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _process, user, _group = struct.unpack("3i", credentials)
    return bool(user == os.getuid())
