"""The memory of an engine: how much it may hold, and the end of one that holds more.

The limit is kept by looking, not by the system: TensorFlow reserves 3.3 GB of addresses for a regression that holds
119 MB, so a limit of addresses (RLIMIT_AS) says nothing, and where an allocation fails XLA ends the process without a
word. What counts is the memory written since the fork; code and what the fork server had imported are shared.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core.language import _
from core.learning.memory import GIB, total_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = "DESCENT_LAB_ENGINE_MEMORY"  # environment variable: the MB that an engine may hold
SHARE = 0.5  # of the machine's memory, where that does not say otherwise
PERIOD_S = 0.1  # memory is written at 2 to 4 GB/s at most
ENDED_FIRST = "500"  # of 1000: where the machine's memory ends, an engine goes before the page and its server


class MemoryWatch:
    """Looks at the memory of this process until it holds more than `limit` bytes, then calls `on_too_much` once."""

    def __init__(self, on_too_much: Callable[[str], None], limit: int | None = None) -> None:
        """`on_too_much` gets the sentence for the page, in a thread of its own."""
        self._process = psutil.Process()
        self._at_start = self._unshared()
        self._limit, self._on_too_much = limit or limit_bytes(), on_too_much

    def start(self) -> None:
        """Begins to look, and has the system end this process before others."""
        with suppress(OSError):  # there is no such file but on Linux
            Path("/proc/self/oom_score_adj").write_text(ENDED_FIRST)
        threading.Thread(target=self._look, name="descent-lab-memory", daemon=True).start()

    def held(self) -> int:
        """The bytes of memory that were written since this watch was made."""
        return self._unshared() - self._at_start

    def _look(self) -> None:
        pause = threading.Event()
        while self.held() <= self._limit:
            pause.wait(PERIOD_S)
        self._on_too_much(_too_much(self._limit))

    def _unshared(self) -> int:
        memory = self._process.memory_info()
        return int(memory.rss - getattr(memory, "shared", 0))


def limit_bytes() -> int:
    """The memory that an engine may hold."""
    wanted = os.environ.get(LIMIT, "")
    return int(wanted) * 10**6 if wanted.isdecimal() else int(SHARE * total_bytes())


def _too_much(limit: int) -> str:
    return _(
        "Training needs more memory than the {limit} GiB that a model may have here: choose a smaller model or a "
        "smaller batch.",
        limit=f"{limit / GIB:.1f}",
    )
