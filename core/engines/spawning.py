"""Engines where forking cannot be had: each is a program of its own, which imports TensorFlow when it needs it.

They are slower to start than forked ones, and the same otherwise. On macOS frameworks forbid to fork, and Windows
knows no such thing.

    python -m core.engines.spawning PORT     # connects to the port; reads what proves it is the one started there
"""

from __future__ import annotations

import atexit
import gc
import hmac
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from core.engines.environment import engine_environment
from core.giving_way import give_way

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

HOST = "127.0.0.1"
KEY_BYTES = 32
POLL_S = 0.5  # how often it is seen whether the program has ended before it connected


class EngineSpawner:
    """Gives out connections to engines that are started one by one."""

    def __init__(self) -> None:
        self._engines: list[subprocess.Popen[bytes]] = []
        self._folder: str | None = None
        self._lock = threading.Lock()

    def connect(self, _config: TrainingConfig | None = None) -> Connection:
        """A connection to a new engine, which is ready for nothing yet. Raises ConnectionError if it ends at once."""
        key = secrets.token_bytes(KEY_BYTES)
        with socket.create_server((HOST, 0)) as listener:
            listener.settimeout(POLL_S)
            engine = self._start(listener.getsockname()[1], key)
            while engine.poll() is None:
                with suppress(EOFError, OSError):  # nobody yet, or a stranger
                    return _accepted(listener, key)
        raise ConnectionError("no engine could be started")

    def close(self) -> None:
        """Waits for engines that have been hung up on; they end by themselves."""
        for engine in self._engines:
            engine.wait()

    def _start(self, port: int, key: bytes) -> subprocess.Popen[bytes]:
        engine = subprocess.Popen(
            [sys.executable, "-m", "core.engines.spawning", str(port)],
            stdin=subprocess.PIPE,
            env=engine_environment(Path(self._shared_folder())),
            start_new_session=True,  # an interrupt meant for the notebook's cell does not reach the training
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        with self._lock:
            self._engines = [each for each in self._engines if each.poll() is None] + [engine]
        assert engine.stdin is not None
        with suppress(OSError), engine.stdin as stdin:  # it may have ended already
            stdin.write(key)
        return engine

    def _shared_folder(self) -> str:
        """The folder of what these engines share; it goes when this process ends."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.mkdtemp(prefix="descent-lab-")
                atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
            return self._folder


def _accepted(listener: socket.socket, key: bytes) -> Connection:
    """A connection to whoever comes and knows the key; raises ConnectionError if it is a stranger."""
    peer, _address = listener.accept()
    connection = _connection(peer)
    if hmac.compare_digest(connection.recv_bytes(KEY_BYTES), key):
        return connection
    connection.close()
    raise ConnectionError("somebody else connected")


def _connection(peer: socket.socket) -> Connection:
    peer.settimeout(None)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a message's second half waits 40 ms
    return Connection(peer.detach())


def main(port: int) -> None:
    """Serves whoever started this process, and ends it with that."""
    from core.engines.host import serve

    try:
        give_way()
        key = sys.stdin.buffer.read(KEY_BYTES)
        connection = _connection(socket.create_connection((HOST, port)))
        connection.send_bytes(key)
        _import_tensorflow()
        serve(connection)
    finally:
        os._exit(0)  # threads of TensorFlow may be at work: an orderly end would abort


def _import_tensorflow() -> None:
    """Imports it before there is a model, and has the garbage collector pass over it: a look at all halts 0.1 s."""
    import_module("core.training.trainer")
    gc.collect()
    gc.freeze()


spawner = EngineSpawner()

if __name__ == "__main__":
    main(int(sys.argv[1]))
