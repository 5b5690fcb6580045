"""The thread for work that a page waits for: one request at a time, and none is started twice."""

from __future__ import annotations

import threading

from core.background_worker import BackgroundWorker

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait


class Desk:
    """A worker whose first request takes until it is released."""

    def __init__(self) -> None:
        self.done: list[tuple[int, str]] = []
        self.begun, self.released = threading.Event(), threading.Event()
        self.worker = BackgroundWorker[int](self._do, "test-worker")

    def _do(self, request: int) -> None:
        self.begun.set()
        assert self.released.wait(PATIENCE)
        self.done.append((request, threading.current_thread().name))


def test_a_request_is_dealt_with_in_a_thread_that_ends_with_it() -> None:
    desk = Desk()
    before = threading.active_count()
    desk.released.set()
    for request in (1, 2):
        desk.worker.ask(request)
        assert desk.worker.join(PATIENCE)
    assert desk.done == [(1, "test-worker"), (2, "test-worker")]
    assert threading.active_count() == before


def test_of_the_requests_that_wait_only_the_newest_is_left() -> None:
    desk = Desk()
    desk.worker.ask(1)
    assert desk.begun.wait(PATIENCE)
    for request in (2, 3, 4):
        desk.worker.ask(request)
    assert desk.worker.waiting == 4
    desk.released.set()
    assert desk.worker.join(PATIENCE)
    assert [request for request, _ in desk.done] == [1, 4]
    assert desk.worker.waiting is None


def test_joining_says_whether_there_is_work_left() -> None:
    desk = Desk()
    assert desk.worker.join(PATIENCE)
    desk.worker.ask(1)
    assert not desk.worker.join(0)
    desk.released.set()
    assert desk.worker.join(PATIENCE)
