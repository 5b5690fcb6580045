"""A load test in a process of its own, watched from here."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.forking.server_process import with_packages
from core.load.plan import LoadPlan, LoadResult
from core.serving.service import load_core

if TYPE_CHECKING:
    from collections.abc import Callable


class LoadTest:
    """The load of one plan, from a process that stays away from the server's core.

    Attributes:
        plan: What it does.
        result: The newest that came of it; None before the first.
        is_over: Whether the process has ended; with no result that is over, it ended early.
    """

    def __init__(self, plan: LoadPlan, on_change: Callable[[], None] = lambda: None) -> None:
        """Starts it; `on_change` is called in another thread whenever there is a newer result."""
        self.plan = plan
        self.result: LoadResult | None = None
        self.is_over = False
        self._on_change = on_change
        self._changed = threading.Condition()
        core = load_core()
        place = [] if core is None else ["--cpu", str(core)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.load", *place], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=with_packages({}), start_new_session=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as stdin:
            stdin.write(json.dumps(asdict(plan)) + "\n")
        self._thread = BackgroundThread(self._watch, "descent-lab-load", end=self.stop)
        self._thread.start()

    def wait(self, timeout: float) -> LoadResult | None:
        """Waits up to `timeout` seconds for the end; returns the result if it is one."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_over, timeout)
        return self.result if self.result is not None and self.result.is_over else None

    def stop(self) -> None:
        """Ends the load at once; what came of it until then stays."""
        self._process.terminate()

    def _watch(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.result = LoadResult.of_json(json.loads(line))
                self._on_change()
        self._process.wait()
        with self._changed:
            self.is_over = True
            self._changed.notify_all()
        self._on_change()
