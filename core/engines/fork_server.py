"""The process that engines are forked from: it has imported NumPy, TensorFlow and Keras and has run nothing.

Whoever connects to its socket gets an engine of their own: the connection is handed to a forked child, which
serves it until it is closed. TensorFlow starts its threads at its first operation, so a process that has only
imported it can be forked safely; a child that has begun to compute shares the pages of all that was imported.

    python -m core.engines.fork_server SOCKET     # ends when its standard input is closed
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
from importlib import import_module
from multiprocessing.connection import Connection

PRELOADED = (
    "numpy",
    "tensorflow",
    "keras",
    "core.training.trainer",
    "core.learning.learner",
    "core.learning.model_objective",
)
NICENESS = 5  # pages and frames come before training


def main(path: str) -> None:
    """Imports what engines need, then gives each peer of the socket at `path` a fork of this process."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(64)  # whoever comes while it imports waits
        os.rename(f"{path}.new", path)  # so that nobody finds a socket where nobody listens yet
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # engines share a card: none takes all its memory
        for name in PRELOADED:
            import_module(name)
        gc.collect()
        gc.freeze()  # collections in engines write to no page that they share with this process
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
        while _wait_for_peer(listener):
            _fork_for_peer(listener)


def _wait_for_peer(listener: socket.socket) -> bool:
    """Waits for somebody to connect; False once whoever started this process has closed its standard input."""
    ready, _, _ = select.select([listener, sys.stdin], [], [])
    return sys.stdin not in ready


def _fork_for_peer(listener: socket.socket) -> None:
    peer, _ = listener.accept()
    with peer:
        if _user_of(peer) != os.getuid() or os.fork():
            return
        listener.close()
        _become_engine(peer.detach())


def _user_of(peer: socket.socket) -> int:
    """The user id of the process at the other end."""
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(user)


def _become_engine(descriptor: int) -> None:
    """Serves the connection and never returns into the server's loop."""
    from core.engines.host import serve

    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()  # an interrupt meant for the notebook's cell does not reach the training
        os.nice(NICENESS)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        serve(Connection(descriptor))
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
