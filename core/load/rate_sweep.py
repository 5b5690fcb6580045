"""The latency-throughput curve of a server: what is foretold from a few batches, then what is measured."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.load.load_test import LoadTest
from core.load.queueing import ServiceTimes

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.load.plan import LoadPlan, LoadResult
    from core.serving.service import Service

log = logging.getLogger(__name__)

SHARES = 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.1  # of the most that was answered
CALIBRATION_S = 1.5
CLIENTS = 1, 8, 32  # at once while batch times are measured
TRUSTED = 0.8  # of the capacity: above it the mean of a short run says little
GRACE_S = 40.0


@dataclass(frozen=True)
class CurvePoint:
    """One rate: what was foretold and what came.

    Attributes:
        rate: Requests a second that were sent.
        foretold: Mean latency in seconds, inf from capacity on.
        result: What was measured.
    """

    rate: float
    foretold: float
    result: LoadResult

    @property
    def error(self) -> float | None:
        """(foretold - measured) / measured; None where nothing can be said."""
        if self.result.mean is None or self.result.is_void or self.foretold == float("inf"):
            return None
        return self.foretold / self.result.mean - 1


class RateSweep:
    """Measures batch times, foretells the mean latency at rising rates, then measures it there.

    Attributes:
        times: What was measured of the server; None before that.
        most: Requests a second that 32 clients at once got answered: the server's capacity, or the load's own.
        points: The rates that were measured, ascending.
        is_over: Whether it has ended.
    """

    def __init__(
        self, service: Service, plan: LoadPlan, seconds: float, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """`plan` says where requests go; `seconds` is how long each rate is measured."""
        self.times: ServiceTimes | None = None
        self.most = 0.0
        self.points: tuple[CurvePoint, ...] = ()
        self.is_over = False
        self._service, self._plan, self._seconds, self._on_change = service, plan, seconds, on_change
        self._ended = threading.Event()
        self._is_stopped = False
        self._test: LoadTest | None = None
        self._thread = BackgroundThread(self._run, "descent-lab-sweep-of-rates", end=self.stop)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the request under way."""
        self._is_stopped = True
        if self._test is not None:
            self._test.stop()

    def wait(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds for the end; True if it has come."""
        return self._ended.wait(timeout)

    def _run(self) -> None:
        try:
            self.times = self._calibrated()
            self._on_change()
            if self.times is not None:
                self._measure(self.times)
        except Exception:
            log.exception("a sweep over rates failed")
        self.is_over = True
        self._ended.set()
        self._on_change()

    def _calibrated(self) -> ServiceTimes | None:
        """The seconds of the core by batch size, from closed loops; None if the server does not answer."""
        state = self._service.state()
        largest = int(state["largest_batch"]) if state else 1
        seconds: dict[float, float] = {}
        alone, spread = 0.0, 0.0
        for clients in CLIENTS:
            measured = self._batches(clients)
            if measured is None:
                return None
            result, rows, cost = measured
            self.most = max(self.most, result.throughput)
            if clients <= largest or largest == 1:
                seconds[1.0 if largest == 1 else rows] = cost  # one at a time: what saturation takes
            if clients == 1 and result.mean is not None and result.spread is not None:
                alone, spread = result.mean, min(result.spread, cost)
        return replace(ServiceTimes.fitted(seconds, alone, largest), spread=spread)

    def _batches(self, clients: int) -> tuple[LoadResult, float, float] | None:
        """What so many clients measured, the mean rows of a batch, and its seconds of the core."""
        before = self._service.state()
        result = self._load(replace(self._plan, loop="closed", clients=clients, seconds=CALIBRATION_S))
        after = self._service.state()
        if before is None or after is None or result is None or not result.answered:
            return None
        batches = sum(after["batches"].values()) - sum(before["batches"].values())
        cost = (after["cpu_seconds"] - before["cpu_seconds"]) / max(batches, 1)
        return result, result.answered / max(batches, 1), cost

    def _measure(self, times: ServiceTimes) -> None:
        for share in SHARES:
            rate = share * min(self.most, times.capacity)
            result = self._load(replace(self._plan, loop="open", arrivals="poisson", rate=rate, seconds=self._seconds))
            if result is None or not result.is_over:
                return
            self.points = (*self.points, CurvePoint(rate, times.latency(rate), result))
            self._on_change()

    def _load(self, plan: LoadPlan) -> LoadResult | None:
        if self._is_stopped:
            return None
        self._test = LoadTest(plan)
        return self._test.wait(plan.seconds + GRACE_S)
