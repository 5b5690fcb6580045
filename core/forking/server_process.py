"""A fork server, seen by the process that starts it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]


class ForkServerProcess:
    """The process of a fork server; it ends with the one that has started it, whose death closes its standard input.

    Args:
        module: what runs there, as `python -m MODULE SOCKET`.
        name: of its socket.
        environment: makes its environment variables, given the folder of its socket, which only its owner may enter.

    Attributes:
        address: where it listens, or will once Python has started there; None before `start`.
    """

    address: str | None = None

    def __init__(self, module: str, name: str, environment: Callable[[Path], Mapping[str, str]]) -> None:
        self._module, self._name, self._environment = module, name, environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process, whether or not it has ended; None if it was not started."""
        return None if self._process is None else self._process.pid

    def is_running(self) -> bool:
        """True if it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Starts it, anew if it has ended, and returns its address at once."""
        if self.address is None or not self.is_running():
            self.end()
            folder = Path(tempfile.mkdtemp(prefix="descent-lab-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)  # not before: forks may look for it
            self.address = str(folder / self._name)
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, self.address],
                stdin=subprocess.PIPE,
                env=dict(self._environment(folder)),
                start_new_session=True,  # an interrupt meant for a notebook's cell or a terminal does not end it
            )
        return self.address

    def end(self) -> None:
        """Ends it, if it was started; its forks go on."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()
        self._process = None


def with_packages(variables: Mapping[str, str]) -> dict[str, str]:
    """`variables` and this process' own, with which another finds the same packages; `variables` come first."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **variables, "PYTHONPATH": paths}
