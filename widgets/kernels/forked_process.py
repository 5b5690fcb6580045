"""A process that another one has forked, with what Jupyter asks of a `subprocess.Popen`."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

ENDED = 0  # the exit code that is reported: the true one is told to the parent alone


class ForkedProcess:
    """The process `pid`. `handle` is its pidfd, which means no other process that gets this number later."""

    stdin = stdout = stderr = None  # the streams of the process that forked it

    def __init__(self, pid: int, handle: int) -> None:
        self.pid, self._handle = pid, handle
        self._end = select.poll()  # select.select takes no descriptor above 1023
        self._end.register(handle, select.POLLIN)

    def __del__(self) -> None:
        """Lets go of the process, which is not ended by that."""
        os.close(self._handle)

    def poll(self) -> int | None:
        """Return None while the process runs, then `ENDED`."""
        return ENDED if self._end.poll(0) else None

    def wait(self) -> int:
        """Return `ENDED` once the process has ended."""
        self._end.poll()
        return ENDED

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process, if it has not ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signum)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)
