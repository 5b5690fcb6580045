"""Threads that the interpreter waits for when a program ends.

A daemon thread that is inside TensorFlow when the interpreter is torn down aborts the whole process: its C++
frames cannot be unwound. So before that every thread started here is asked to end, and is waited for. A compile
that is under way cannot be interrupted, hence the patience.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 60.0  # for all threads together: the import of TensorFlow and one large compile on a busy machine
KERNEL_PATIENCE_S = 1.0  # in a Jupyter kernel, whose exit code nobody reads and whose end somebody waits for
ANNOUNCED_WITHIN_S = 1.0  # the interpreter refuses new threads a moment before it tells anybody that it ends

_patience = PATIENCE_S
_exiting = threading.Event()


class BackgroundThread(threading.Thread):
    """A daemon thread that is asked to end, and joined, before the interpreter is torn down."""

    def __init__(self, target: Callable[[], None], name: str, end: Callable[[], None] = lambda: None) -> None:
        """`end` asks `target` to return soon; it is called when the program ends, perhaps more than once."""
        super().__init__(target=target, name=name, daemon=True)
        self._end = end

    def start(self) -> None:
        """Starts the thread; does nothing if the program is ending."""
        if _exiting.is_set():
            return
        try:
            super().start()
        except RuntimeError:
            if not _exiting.wait(ANNOUNCED_WITHIN_S):
                raise

    def join(self, timeout: float | None = None) -> None:
        """Waits for the thread to end; returns at once if it was not started."""
        if self.ident is not None:
            super().join(timeout)

    def end(self) -> None:
        """Asks the thread to end soon."""
        self._end()


def hurry_at_exit() -> None:
    """Shortens the wait at exit to `KERNEL_PATIENCE_S`: to be called where this process is a Jupyter kernel."""
    global _patience
    _patience = KERNEL_PATIENCE_S


def _end_all() -> None:
    """Asks all threads to end and waits for them, for at most `_patience` seconds altogether."""
    _exiting.set()
    deadline = time.monotonic() + _patience
    while (going := _going()) and (left := deadline - time.monotonic()) > 0:
        for thread in going:
            thread.end()
        going[0].join(left)


def _going() -> list[BackgroundThread]:
    me = threading.current_thread()
    return [thread for thread in threading.enumerate() if isinstance(thread, BackgroundThread) and thread is not me]


# Not atexit: TensorFlow's own handlers, registered later, would run before this one and free what is in use.
threading._register_atexit(_end_all)  # type: ignore[attr-defined]  # what concurrent.futures ends its threads with
