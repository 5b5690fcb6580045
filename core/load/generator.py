"""Puts load on a server and times it; it wants a core of its own.

In an open loop a latency counts from the time at which the request was to be sent: while a server stands still, the
requests of that time wait with it, and none is left out (Tene, "How NOT to measure latency", 2015, calls the omission
coordinated). In a closed loop a client that waits sends nothing, and one second of standstill is one slow answer.
"""

from __future__ import annotations

import selectors
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from core.load.arrivals import send_times
from core.load.connection import HttpConnection, request_bytes
from core.load.latencies import Latencies
from core.load.plan import LATE_S, LoadPlan, LoadResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPORT_S = 0.25
LAST_ANSWERS_S = 15.0  # for how long answers are awaited when all is sent
MOST_CONNECTIONS = 900  # open at once
SPIN_S = 0.0015  # before its time a request is waited for without sleep: epoll counts in milliseconds


class LoadGenerator:
    """Puts the load of one plan on its server, once."""

    def __init__(self, plan: LoadPlan, report: Callable[[LoadResult], None], clock: Callable[[], float]) -> None:
        """`report` is called four times a second and at the end; `clock` is `time.perf_counter` or a test's."""
        self._plan, self._report, self._clock = plan, report, clock
        self._requests = [request_bytes(plan.path, body) for body in plan.bodies]
        self._selector = selectors.DefaultSelector()
        self._idle: list[HttpConnection] = []
        self._waiting = 0
        self._latencies = Latencies()
        self._sent = self._answered = self._refused = self._failed = self._late = 0
        self._worst = 0.0
        self._began = self._reported = 0.0

    def run(self) -> LoadResult:
        """Sends everything, awaits the answers, and returns the result."""
        self._began = self._reported = self._clock()
        if self._plan.loop == "open":
            self._open()
        else:
            self._closed()
        ended = self._clock()
        self._await_rest()
        self._failed += self._waiting  # what was never answered
        result = self._result(min(ended, self._began + self._plan.seconds), is_over=True)
        self._report(result)
        for connection in self._connections():
            connection.close()
        self._selector.close()
        return result

    def _open(self) -> None:
        plan = self._plan
        for number, due in enumerate(send_times(plan.arrivals, plan.rate, plan.seconds, plan.seed).tolist()):
            intended = self._began + due
            while (left := intended - self._clock()) > 0:
                self._hear(max(left - SPIN_S, 0.0))
            self._hear(0.0)
            self._note_lateness(self._clock() - intended)
            self._send(number, intended)

    def _closed(self) -> None:
        end = self._began + self._plan.seconds
        for number in range(self._plan.clients):
            self._send(number, self._clock())
        while (now := self._clock()) < end:
            self._hear(min(end - now, REPORT_S))
            if self._waiting == 0 and not self._idle:  # the server is gone
                return
            while self._idle and self._clock() < end:
                self._send(self._sent, self._clock())

    def _note_lateness(self, seconds: float) -> None:
        self._late += seconds > LATE_S
        self._worst = max(self._worst, seconds)

    def _send(self, number: int, since: float) -> None:
        self._sent += 1
        try:
            connection = self._idle.pop() if self._idle else self._connected()
        except OSError:
            self._failed += 1
            return
        try:
            connection.send(self._requests[number % len(self._requests)], since)
            self._waiting += 1
        except OSError:
            self._drop(connection)

    def _connected(self) -> HttpConnection:
        if self._waiting >= MOST_CONNECTIONS:
            raise OSError("too many requests wait already")
        connection = HttpConnection(self._plan.port)
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        return connection

    def _drop(self, connection: HttpConnection) -> None:
        self._failed += 1
        with suppress(KeyError, ValueError):
            self._selector.unregister(connection.socket)
        connection.close()

    def _hear(self, seconds: float) -> None:
        """Takes the answers that are there, or waits up to `seconds` for the first."""
        for key, _events in self._selector.select(0.0 if self._plan.spins else seconds):
            connection: HttpConnection = key.data
            try:
                status = connection.answer()
            except (OSError, ValueError):
                if connection not in self._idle:
                    self._waiting -= 1
                    self._drop(connection)
                else:
                    self._idle.remove(connection)
                    self._drop(connection)
                    self._failed -= 1  # nothing was asked of it
                continue
            if status is not None:
                self._take(connection, status)
        now = self._clock()
        if now - self._reported > REPORT_S:
            self._reported = now
            self._report(self._result(now, is_over=False))

    def _take(self, connection: HttpConnection, status: int) -> None:
        self._waiting -= 1
        self._idle.append(connection)
        if status == 200:
            self._answered += 1
            self._latencies.note(self._clock() - connection.since)
        elif status == 429:
            self._refused += 1
        else:
            self._failed += 1

    def _await_rest(self) -> None:
        end = self._clock() + LAST_ANSWERS_S
        while self._waiting and (left := end - self._clock()) > 0:
            self._hear(min(left, REPORT_S))

    def _result(self, now: float, is_over: bool) -> LoadResult:
        latencies = self._latencies
        return LoadResult(
            now - self._began, self._sent, self._answered, self._refused, self._failed, latencies.mean,
            latencies.spread, latencies.percentiles(), self._late / max(self._sent, 1), self._worst, is_over,
            self._plan.rows,
        )  # fmt: skip

    def _connections(self) -> Iterator[HttpConnection]:
        yield from [key.data for key in self._selector.get_map().values()]


def put_load(plan: LoadPlan, report: Callable[[LoadResult], None] = lambda result: None) -> LoadResult:
    """Puts the load of `plan` on its server from this process and thread; returns when it is over."""
    return LoadGenerator(plan, report, time.perf_counter).run()
