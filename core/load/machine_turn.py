"""One load test at a time on a machine: two at once would measure each other."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

FILE = "descent-lab-load.lock"


class MachineTurn:
    """The right to put load on this machine, which ends with the process that has it at the latest."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, folder: Path | None = None) -> Self | None:
        """The right, until `release`; None while another page of this machine, or this one, has it.

        Where files cannot be locked everybody gets it.
        """
        path = (folder or Path(tempfile.gettempdir())) / FILE
        try:
            import fcntl
        except ImportError:  # not on this system
            return cls(os.open(os.devnull, os.O_RDONLY))
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:  # of another user, or a disk that is full
            return cls(os.open(os.devnull, os.O_RDONLY))
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Gives it back; a second time is nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)
