"""Spare engines: processes that were forked ahead of time, have got ready, and wait to be given somebody to serve.

A spare holds one end of a pair of sockets. It says a word when it is ready and is sent the connection that it is to
serve. The end of either process closes the pair, so that neither outlives the other by more than its getting ready.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from core.engines.starts import PAGE, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.config.training_config import TrainingConfig

ENGINE, SPARE = "dl-engine", "dl-spare"  # what processes are called
READY = b"r"
MOST_SPARES = 2  # one for who comes next, and one for who comes before that is replaced; each holds some 60 MB
QUIET_S = 2.0  # after somebody came: an engine that has just begun is to have the machine to itself
LEAST_FREE_BYTES = 2**30  # with less memory left there are no more spares: it is for those who are there
# Of models: the digits hold 80 MB, a decoder 400 MB, and that takes 13 s to get ready. None while all cores are busy:
# its compilation would cost a crowd a tenth of its frames.
QUIET_FOR_MODELS_S = 8.0
MOST_LOAD_FOR_MODELS = 0.9  # of the cores, since the one before was begun
LEAST_FREE_FOR_MODELS_BYTES = 4 * 2**30
# Of a class, whose members open the page within a minute. Made while the machine rests: not at players' expense.
QUIET_FOR_CLASS_S = 5.0
MOST_LOAD_FOR_CLASS = 0.5  # of the cores, since the one before was begun
MOST_IN_CLASS = 16
SHARE_FOR_CLASS = 0.05  # of the free memory
SPARE_BYTES = 60e6
MOST_FAILURES = 3  # spares that ended before they were ready; then none are made any more


class Spares:
    """The spares of a fork server that get ready for `start`, seen from there."""

    def __init__(
        self,
        most: int = MOST_SPARES,
        start: TrainingConfig = PAGE,
        quiet_s: float = QUIET_S,
        least_free_bytes: int = LEAST_FREE_BYTES,
        most_load: float = inf,
    ) -> None:
        self.start, self.key = start, key_of(start)
        self.least_free_bytes, self.most_load = least_free_bytes, most_load
        self._most, self._failures, self._quiet_s = most, 0, quiet_s
        self._is_ready: dict[socket.socket, bool] = {}  # by the server's ends of the pairs
        self._quiet_from = 0.0

    @property
    def sockets(self) -> list[socket.socket]:
        """What is to be listened to: see `hear`."""
        return list(self._is_ready)

    @property
    def one_gets_ready(self) -> bool:
        """True while one is getting ready."""
        return not all(self._is_ready.values())

    def seconds_until_due(self) -> float | None:
        """The seconds until another one is to be forked; None if there are enough, or one is just getting ready."""
        if len(self._is_ready) >= self._most or self.one_gets_ready or self._failures >= MOST_FAILURES:
            return None
        return max(self._quiet_from - time.monotonic(), 0.0)

    def put_off(self) -> None:
        """Has no further one forked for a while."""
        self._quiet_from = time.monotonic() + self._quiet_s

    def add(self, control: socket.socket) -> None:
        """Takes in one that has been forked and holds the other end of `control`."""
        self._is_ready[control] = False

    def hear(self, came: Iterable[object]) -> None:
        """Takes note of those that are ready or have ended, among all that there is to hear from."""
        for control in self._is_ready.keys() & set(came):
            if control.recv(1):
                self._is_ready[control] = True
            else:
                self._failures += not self._is_ready[control]
                self._drop(control)

    def hand_over(self, peer: socket.socket) -> bool:
        """Gives `peer` to one that is ready; False if there is none."""
        self.put_off()
        for control in [control for control, ready in self._is_ready.items() if ready]:
            try:
                socket.send_fds(control, [READY], [peer.fileno()])
            except OSError:  # it has ended
                continue
            else:
                return True
            finally:
                self._drop(control)
        return False

    def close(self) -> None:
        """Lets go of all: to be called in a process that was forked beside them."""
        for control in list(self._is_ready):
            self._drop(control)

    def _drop(self, control: socket.socket) -> None:
        del self._is_ready[control]
        control.close()


def class_size(free_bytes: float) -> int:
    """How many spares for the first page there can be where so much memory is free.

    >>> [class_size(free) for free in (1e9, 6e9, 64e9)]
    [2, 5, 16]
    """
    return min(max(int(SHARE_FOR_CLASS * free_bytes / SPARE_BYTES), MOST_SPARES), MOST_IN_CLASS)


def wait_for_peer(control: socket.socket) -> int | None:
    """In a spare: says that it is ready and returns the connection it is given; None if the fork server has ended."""
    with control:
        control.send(READY)
        name_process(SPARE)
        _word, descriptors, _flags, _address = socket.recv_fds(control, len(READY), 1)
    name_process(ENGINE)
    return descriptors[0] if descriptors else None


def name_process(name: str) -> None:
    """Gives this process a name that `ps` and `top` show: otherwise all that are forked look alike."""
    with suppress(OSError):  # there is no such file but on Linux
        Path("/proc/self/comm").write_text(name)
