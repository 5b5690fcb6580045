"""Turns: runs at full speed share the cores in slices of time, in an order that all engines compute alike.

All engines of one launcher map a file with a row for each of them. The clock is the same for all processes, so
everybody knows from the rows whose slice it is: nothing is handed out, and nothing has to be given back by an engine
that dies, since rows of processes that are gone count no more. Runs at a set pace come first, and engines that get
ready: they take no turns, and there are fewer turns at a time by the cores they use.
"""

from __future__ import annotations

import mmap
import os
import time
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import psutil
from filelock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

FILE = "DESCENT_LAB_TURNS"  # environment variable: the file that the engines of one launcher share
ROWS = 512  # engines at a time; one more trains without turns
ROW = np.dtype([("process", np.int64), ("hurries", np.int64), ("load", np.float64)])
ROUND_S = 0.1  # until everybody had a turn: a page has a frame in each
SHORTEST_S = 0.012  # of a slice: three compiled calls
LOOK_S = 0.05  # between two looks at the rows; one takes 0.03 to 0.06 ms


class Turns:
    """One engine's row, and what the others' say. All methods are called by one thread; `sharing` by any."""

    def __init__(self, path: Path) -> None:
        """Takes a free row of the file at `path`, which is made if it is not there."""
        self.sharing = 0
        with FileLock(f"{path}.lock"):
            self._rows = _mapped(path)
            free = [i for i, process in enumerate(self._rows["process"]) if not (process and _is_alive(process))]
            self._row = free[0] if free else None
            if self._row is not None:
                self._rows[self._row] = (os.getpid(), 0, 1.0)  # it compiles, until it rests or takes steps
        self._cores = _cores()
        self._order: list[int] = []  # the rows of all that hurry
        self._places = self._cores
        self._looked_at = -LOOK_S
        self._used = (time.monotonic(), time.process_time())

    def rest(self) -> None:
        """Takes part no more until it asks for a turn again."""
        self._note(hurries=False, load=0.0)
        self.sharing = 0

    def seconds_left(self, pace: float | None) -> float:
        """The seconds until it may take steps: 0 at a set pace, or if it is its turn."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._note(hurries=pace is None, load=0.0 if pace is None else self._load())
            self._look()
        if pace is not None or self._row not in self._order:
            return 0.0
        return seconds_left(self._order.index(self._row), len(self._order), self._places, now)

    def _note(self, hurries: bool, load: float) -> None:
        if self._row is not None:
            self._rows[self._row] = (os.getpid(), hurries, load)

    def _look(self) -> None:
        alive = [i for i in np.flatnonzero(self._rows["process"]).tolist() if _is_alive(self._rows["process"][i])]
        self._order = [i for i in alive if self._rows["hurries"][i]]
        self._places = max(1, round(self._cores - sum(self._rows["load"][i] for i in alive)))
        takes_turns = len(self._order) > self._places and self._row in self._order
        self.sharing = len(self._order) if takes_turns else 0

    def _load(self) -> float:
        """The share of a core that this process used since it was last asked."""
        before, self._used = self._used, (time.monotonic(), time.process_time())
        return min((self._used[1] - before[1]) / max(self._used[0] - before[0], 1e-3), 1.0)


def seconds_left(place: int, count: int, at_once: int, now: float) -> float:
    """The seconds from `now` until the turn of `place` (0, 1, …) among `count`, of whom `at_once` go at a time.

    >>> [seconds_left(place, 4, 2, now=0.0) for place in range(4)]
    [0.0, 0.0, 0.05, 0.05]
    """
    if count <= at_once:
        return 0.0
    length = max(ROUND_S / ceil(count / at_once), SHORTEST_S)
    current = int(now / length)
    ahead = next(k for k in range(count) if (place - (current + k) * at_once) % count < at_once)
    return max((current + ahead) * length - now, 0.0) if ahead else 0.0


def _mapped(path: Path) -> np.ndarray:
    """The rows of the file at `path`, shared by all who map it."""
    size = ROWS * ROW.itemsize
    with path.open("a+b") as file:
        file.truncate(size)
        return np.frombuffer(mmap.mmap(file.fileno(), size), ROW)


def _is_alive(process: int) -> bool:
    if os.name != "posix":  # where os.kill would not ask but act
        return psutil.pid_exists(int(process))
    try:
        os.kill(int(process), 0)
    except OSError:
        return False
    return True


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
