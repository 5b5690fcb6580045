"""A model server as seen from the program that started it: its process, its address, its knobs, its end."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from core.background_thread import BackgroundThread
from core.field import ConfigError
from core.forking.server_process import with_packages
from core.language import N_, language, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Status = Literal["starting", "serving", "stopped", "died", "refused"]
DIED = N_("The server has ended by itself; press Serve to start it again.")
ASK_S = 1.0  # how long an answer about itself may take
STOP_S = 8.0  # how long it may take to answer what is under way


class Service:
    """A model served in a process of its own, which ends with this one.

    Attributes:
        path: The model's file.
        status: What it is doing; `on_change` is called, in another thread, whenever that changes.
        address: "http://127.0.0.1:8501"; "" before it serves.
        name: Of the model in addresses.
        sentence: Why it does not serve.
    """

    def __init__(
        self, path: Path, port: int = 0, cpu: int | None = None, on_change: Callable[[], None] = lambda: None,
        **knobs: float,
    ) -> None:  # fmt: skip
        """`port` 0 takes any that is free; `cpu` is the core it stays on; `knobs` are options of the command line."""
        self.status: Status = "starting"
        self.path, self.address, self.name, self.sentence = path, "", "", ""
        self.seconds: float | None = None  # what one row takes
        self._on_change = on_change
        self._changed = threading.Condition()
        options = [f"--{name.replace('_', '-')}={value:g}" for name, value in knobs.items()]
        place = [] if cpu is None else ["--cpu", str(cpu)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.serving", str(path), "--port", str(port), "--follow",
             "--language", language(), *place, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=with_packages({"TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1"}), start_new_session=True,
        )  # fmt: skip
        self._thread = BackgroundThread(self._watch, "descent-lab-service", end=self.stop)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def wait(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds until it serves or will not; True if it serves."""
        with self._changed:
            self._changed.wait_for(lambda: self.status != "starting", timeout)
        return self.status == "serving"

    def set_knobs(self, **values: float) -> None:
        """Changes `largest_batch` and `longest_wait_ms` while it serves."""
        with suppress(OSError, ValueError):  # it has ended
            self._in.write(json.dumps(values) + "\n")
            self._in.flush()

    def state(self) -> dict[str, Any] | None:
        """What it has counted since it began; see `Meters.snapshot`. None if it does not answer."""
        if self.status != "serving":
            return None
        address = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=ASK_S)
        try:
            connection.request("GET", "/status")
            return json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def stop(self) -> None:
        """Asks it to answer what is under way and to end; returns at once."""
        if self.status in ("starting", "serving"):
            self._become("stopped")
        with suppress(OSError, ValueError):
            self._in.close()

    def join(self, timeout: float = STOP_S) -> None:
        """Waits for the process to end, and ends it if that takes longer than `timeout` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _watch(self) -> None:
        """Hears from the process until its end, of which the system tells at once."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._take(json.loads(line))
        self._process.wait()
        with suppress(OSError, ValueError):
            self._in.close()
        if self.status in ("starting", "serving"):
            self.sentence = shown(DIED)
            self._become("died")

    def _take(self, said: dict[str, Any]) -> None:
        if "error" in said:
            self.sentence = said["error"]
            self._become("refused")
        elif self.status == "starting":
            self.address, self.name, self.seconds = said["address"], said["name"], said["seconds"]
            self._become("serving")

    def _become(self, status: Status) -> None:
        with self._changed:
            self.status = status
            self._changed.notify_all()
        self._on_change()

    @property
    def _in(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin


def server_core() -> int | None:
    """The core a server stays on, the first this process may use; None where cores cannot be told apart."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores[0] if len(cores) > 1 else None


def load_core() -> int | None:
    """The core from which load comes: another one than the server's; None where there is none."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores[-1] if len(cores) > 1 else None


def check_port(port: object) -> int:
    """`port` as a number; raises ConfigError unless it is 0 (any) or 1024 to 65535."""
    try:
        number = int(str(port))
    except ValueError:
        number = -1
    if number != 0 and not 1024 <= number <= 65535:
        raise ConfigError(shown(N_("A port is a number from 1024 to 65535; 0 takes any that is free.")))
    return number
