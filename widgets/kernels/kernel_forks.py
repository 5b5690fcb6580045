"""Forks on demand: the fork server of kernels, seen by the server that starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.kernels.fork_request import introduced

if TYPE_CHECKING:
    from widgets.kernels.fork_request import ForkRequest
    from widgets.kernels.forked_process import ForkedProcess

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0  # for a fork server that imports
POLL_S = 0.02
QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # no word on what debugging would need: nobody debugs a visitor's page


class KernelForks:
    """Starts a fork server when first asked to, and another where that has ended."""

    def __init__(self) -> None:
        self._folder = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> str:
        """Start the fork server, unless one runs, and return its address at once."""
        with self._lock:
            if not self._is_running():
                self._end()
                self._folder = tempfile.mkdtemp(prefix="descent-lab-")  # only its owner may enter
                self._server = _start_server(self._address)
            return self._address

    def close(self) -> None:
        """End the fork server; kernels end with this process, or when they are told to."""
        with self._lock:
            self._end()

    def fork(self, request: ForkRequest) -> ForkedProcess:
        """Return a process that becomes the kernel of `request`; raise OSError if none can be had."""
        address = self.start()
        while not Path(address).exists():  # the fork server has just been started
            if not self._is_running():
                raise ConnectionError("the fork server of kernels has ended")
            time.sleep(POLL_S)
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(PATIENCE_S)
            peer.connect(address)
            request.send(peer)
            return introduced(peer)

    def _is_running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    @property
    def _address(self) -> str:
        return str(Path(self._folder) / "kernels")

    def _end(self) -> None:
        if self._server is not None:
            assert self._server.stdin is not None
            self._server.stdin.close()
            self._server.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
        self._server = None


def _start_server(address: str) -> subprocess.Popen[bytes]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "widgets.kernels.fork_server", address],
        stdin=subprocess.PIPE,
        env={**os.environ, **QUIET, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # an interrupt meant for the server, by its terminal, is the server's to deal with
    )
