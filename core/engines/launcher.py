"""Engines on demand: one fork server a kernel, or the one that the served app shares among all its visitors."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from core.engines.environment import engine_environment
from core.engines.spawning import spawner
from core.engines.wish import say_wish
from core.forking.server_process import ForkServerProcess
from core.remote.waits import waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.training_config import TrainingConfig

SHARED = "DESCENT_LAB_ENGINES"  # environment variable: the socket of a fork server that somebody else has started
PATIENCE_S = 60.0  # for a fork server that begins to listen; it imports TensorFlow only after that
POLL_S = 0.02
MOST_SERVERS = 3  # that are tried for one engine


def can_fork() -> bool:
    """True if engines are forked here; elsewhere each is started anew, see `EngineSpawner`."""
    return sys.platform == "linux"


def engines() -> Callable[[TrainingConfig], Connection]:
    """What gives connections to new engines on this system; it begins to get ready for the first."""
    if not can_fork():
        waits.expect_loading(each=True)
        return spawner.connect
    if SHARED not in os.environ:  # the served app's has loaded it before the first page is served
        waits.expect_loading(each=False)
    launcher.start()
    return launcher.connect


class EngineLauncher:
    """Starts a fork server when first asked to, and gives out connections to its engines."""

    def __init__(self, address: str | None = None) -> None:
        """Uses the fork server that listens at `address`; None starts one that ends with this process."""
        self._shared = address  # of a fork server of somebody else
        self._server = ForkServerProcess("core.engines.fork_server", "engines", engine_environment)
        self._lock = threading.Lock()

    def start(self) -> str:
        """Starts the fork server, unless one runs, and returns its address at once."""
        with self._lock:
            return self._shared or self._server.start()

    def close(self) -> None:
        """Ends the fork server if it was started here; engines end with those who use them."""
        with self._lock:
            self._server.end()

    def connect(self, config: TrainingConfig | None = None) -> Connection:
        """A connection to a new engine, which waits until the fork server has imported all it needs.

        An engine that is ready for `config` is preferred. A fork server that has ended is replaced by one of this
        process's own. Raises ConnectionError if none can be had.
        """
        deadline, tried = time.monotonic() + PATIENCE_S, set[str]()
        while time.monotonic() < deadline and len(tried) <= MOST_SERVERS:
            address = self.start()
            tried.add(address)
            try:
                return _connected(address, config)
            except FileNotFoundError:  # it has just been started
                time.sleep(POLL_S)
                if not Path(address).parent.exists():
                    self._give_up(address)
            except ConnectionRefusedError:
                self._give_up(address)
        raise ConnectionError("no engine could be started")

    def _give_up(self, address: str) -> None:
        """Has the next call start another fork server, if this one is still the one in use."""
        with self._lock:
            if self._shared == address:
                self._shared = None
            elif self._server.address == address:
                self._server.end()


def _connected(address: str, config: TrainingConfig | None) -> Connection:
    peer = socket.socket(socket.AF_UNIX)
    try:
        peer.connect(address)
        say_wish(peer, config)
    except OSError:
        peer.close()
        raise
    return Connection(peer.detach())


launcher = EngineLauncher(os.environ.get(SHARED))
