"""Forks on demand: the fork server of kernels, seen by the server that starts it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.forking.server_process import ForkServerProcess, with_packages
from widgets.kernels.fork_request import introduced

if TYPE_CHECKING:
    from widgets.kernels.fork_request import ForkRequest
    from widgets.kernels.forked_process import ForkedProcess

PATIENCE_S = 30.0  # for a fork server that imports
POLL_S = 0.02
QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # no word on what debugging would need: nobody debugs a visitor's page


class KernelForks:
    """Starts a fork server when first asked to, and another where that has ended."""

    def __init__(self) -> None:
        self._server = ForkServerProcess("widgets.kernels.fork_server", "kernels", lambda _folder: with_packages(QUIET))
        self._lock = threading.Lock()

    def start(self) -> str:
        """Start the fork server, unless one runs, and return its address at once."""
        with self._lock:
            return self._server.start()

    def close(self) -> None:
        """End the fork server; kernels end with this process, or when they are told to."""
        with self._lock:
            self._server.end()

    def fork(self, request: ForkRequest) -> ForkedProcess:
        """Return a process that becomes the kernel of `request`; raise OSError if none can be had."""
        address = self.start()
        while not Path(address).exists():  # the fork server has just been started
            if not self._server.is_running():
                raise ConnectionError("the fork server of kernels has ended")
            time.sleep(POLL_S)
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(PATIENCE_S)
            peer.connect(address)
            request.send(peer)
            return introduced(peer)
