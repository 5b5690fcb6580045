"""Callbacks of two threads, one after the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from widgets.controls.synchronized import synchronized


class Counter:
    """Counts in turn, and looks whether another thread could count meanwhile."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self.count = 0
        self.others_could: list[bool] = []

    @synchronized
    def add(self, number: int, twice: bool = False) -> None:
        """Adds `number`, or calls itself to add it twice."""
        self.others_could.append(self.another_could())
        self.count += number
        if twice:
            self.add(number)

    @synchronized
    def fail(self) -> None:
        """Never returns."""
        raise ZeroDivisionError

    def another_could(self) -> bool:
        """Whether a thread of its own gets its turn at once."""
        with ThreadPoolExecutor(1) as other:
            return other.submit(self._turn.acquire, blocking=False).result()


def test_another_thread_gets_its_turn_only_after_the_call_and_those_inside_it() -> None:
    counter = Counter()
    counter.add(2, twice=True)
    assert (counter.count, counter.others_could) == (4, [False, False])
    assert counter.another_could()


def test_a_call_that_fails_gives_the_turn_back() -> None:
    counter = Counter()
    with pytest.raises(ZeroDivisionError):
        counter.fail()
    assert counter.another_could()
