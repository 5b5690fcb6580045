"""The process that the served app's kernels are forked from: it has imported the page and has run nothing.

A kernel on its own imports 1300 modules before its page stands, which takes 1.3 s of a core. A fork of this process
has them from the start, in memory that all kernels share. No thread, event loop or zmq context is begun here: a fork
would have no use of it.

    python -m widgets.kernels.fork_server SOCKET     # ends when its standard input is closed
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from core.forking.listening import listening_at
from core.forking.peer import is_ours
from widgets.board.panel import encode_panel
from widgets.kernels.fork_request import ForkRequest, introduce
from widgets.kernels.forked_kernel import run_kernel
from widgets.page.start import START
from widgets.scenes.surface_scene import SurfaceScene

if TYPE_CHECKING:
    import socket

PRELOADED = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "widgets.dashboard",
    "widgets.scenes.model_scene",
)


def main(path: str) -> None:
    """Imports what kernels need, then gives each peer of the socket at `path` a kernel."""
    with listening_at(path) as listener:  # whoever comes while it imports waits
        get_ready()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
        request = serve(listener)
    if request is not None:
        run_kernel(request)


def get_ready() -> None:
    """Imports modules and draws the first page's charts, since Plotly loads much at its first use."""
    for name in PRELOADED:
        import_module(name)
    for panel in SurfaceScene(START).panels():
        encode_panel(panel)
    gc.collect()
    gc.freeze()  # collections in kernels write to no page that they share with this process


def serve(listener: socket.socket) -> ForkRequest | None:
    """Serves until standard input is closed, then returns None; in a fork, returns what that is to run."""
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        peer, _ = listener.accept()
        with peer, suppress(OSError, ValueError):  # it has hung up, or there is no memory for a fork
            if is_ours(peer) and (request := _in_fork(peer)) is not None:
                return request
    return None


def _in_fork(peer: socket.socket) -> ForkRequest | None:
    """Forks: returns what `peer` asks for in the child, None in this process."""
    request = ForkRequest.receive(peer)
    if os.fork():
        return None
    os.setsid()  # what is sent to the kernel's group reaches nobody else
    introduce(peer)
    return request


if __name__ == "__main__":
    main(sys.argv[1])
