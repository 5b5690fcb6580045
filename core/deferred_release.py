"""Builds, one at a time, and the release of ended runs before each: only then is nothing of TensorFlow at work.

Compiled functions are freed with the Python objects that hold them, in whichever thread drops the last one or
collects garbage. TensorFlow 2.21 was seen to crash, and to take the kernel with it, when a run was dropped while
another was being compiled and a probe still looked at the first. So whatever ends is kept until the next build.
"""

from __future__ import annotations

import gc
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TURN_SECONDS = 0.05  # how often a run that waits for its turn to be built looks whether it was stopped
PATIENCE_S = 10.0  # for a look or call under way; what takes longer is kept until the build after the next


class Ending(Protocol):
    """Something with a thread of its own that was told to end."""

    def join(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds for it to end; returns True if it has."""


_kept: list[Ending] = []
_lock = threading.Lock()
_building = threading.Lock()  # two runs that compile at once only make each other late


def retire(ending: Ending) -> None:
    """Keeps `ending`, and all that it holds, until a build frees it."""
    with _lock:
        if ending not in _kept:
            _kept.append(ending)


def free_retired() -> None:
    """Waits for what has been retired to end, and frees it: to be called before a build, by one thread at a time."""
    deadline = time.monotonic() + PATIENCE_S
    with _lock:
        retired = list(_kept)
    ended = [ending for ending in retired if ending.join(max(deadline - time.monotonic(), 0.0))]
    with _lock:
        _kept[:] = [ending for ending in _kept if ending not in ended]
    if ended:
        del retired, ended
        gc.collect()  # they are cycles: left to itself the collector would come while the next run trains


@contextmanager
def turn_to_build(is_stopped: Callable[[], bool]) -> Iterator[bool]:
    """Waits until no other run is built; yields False if this one was stopped meanwhile."""
    has_turn = False
    while not is_stopped() and not has_turn:
        has_turn = _building.acquire(timeout=TURN_SECONDS)
    try:
        yield has_turn and not is_stopped()
    finally:
        if has_turn:
            _building.release()
