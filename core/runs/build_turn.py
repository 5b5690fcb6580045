"""One build at a time: two runs that compile at once only make each other late."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TURN_SECONDS = 0.05  # how often a run that waits for its turn looks whether it was stopped
_building = threading.Lock()


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
