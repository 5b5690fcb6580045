"""What only so many pages of a machine may do at once: put load on it, or serve a model."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

FILE = "descent-lab-load.lock"  # one load test at a time: two at once would measure each other
PLACE = "descent-lab-server-{number}.lock"  # of a model server
MOST_SERVERS = 8  # on a machine; each takes 50 to 400 MB


class MachineTurn:
    """A right that one process of this machine has, which ends with that process at the latest."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def to_serve(cls, folder: Path | None = None) -> Self | None:
        """The right to serve a model, until `release`; None while `MOST_SERVERS` others have one."""
        turns = (cls.take(folder, PLACE.format(number=number)) for number in range(MOST_SERVERS))
        return next((turn for turn in turns if turn is not None), None)

    @classmethod
    def take(cls, folder: Path | None = None, file: str = FILE) -> Self | None:
        """The right of `file`, that to put load, until `release`; None while another page, or this one, has it.

        Where files cannot be locked everybody gets it.
        """
        path = (folder or Path(tempfile.gettempdir())) / file
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
