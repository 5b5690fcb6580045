"""Waiting for another process to come to something."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_S = 120.0  # the fork server imports TensorFlow first


def wait_until(condition: Callable[[], bool], seconds: float = WAIT_S) -> None:
    """Waits for `condition`; fails the test if it does not come true."""
    tick, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        tick.wait(0.02)
