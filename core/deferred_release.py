"""Runs that have ended: what TensorFlow compiled for them is freed only while nothing else of it is at work.

Compiled functions are freed with the Python objects that hold them, in whichever thread drops the last one or
collects garbage. TensorFlow 2.21 was seen to crash, and to take the kernel with it, when a run was dropped while
another was being compiled and a probe still looked at the first. So whatever ends is kept until the next build.
"""

from __future__ import annotations

import gc
import threading
import time
from typing import Protocol

PATIENCE_S = 10.0  # for a look or call under way; what takes longer is kept until the build after the next


class Ending(Protocol):
    """Something with a thread of its own that was told to end."""

    def join(self, timeout: float | None = None) -> bool:
        """Waits for it to end; whether it has."""


_kept: list[Ending] = []
_lock = threading.Lock()


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
