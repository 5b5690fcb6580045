"""The latency-throughput curve of a server: what is foretold from a few batches, then what is measured."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from core.background_thread import BackgroundThread
from core.load.forecast import forecast
from core.load.load_test import LoadTest
from core.load.queueing import ServiceTimes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.load.forecast import Forecast
    from core.load.plan import LoadPlan, LoadResult
    from core.serving.service import Service

log = logging.getLogger(__name__)

SHARES = 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.1  # of the most that was answered
CALIBRATION_S = 1.5
LONE_SHARE = 0.1  # of the most that was answered: nine of ten requests find the server idle
CLIENTS = 2, 4, 8, 16, 32  # at once while batch times are measured: so many rows has a batch
LONE_S = 4.0
CHECK_S = 1.0  # of a closed loop before each rate, which says how fast the server is now
BUSY, LONGER = 0.6, 2.0  # above this share a rate is measured so many times as long: means vary more there
ONE_BY_ONE = 4, 8  # clients, where requests are answered one at a time
MOST_WAITED = 0.01  # of the time: a server that waited longer for its core shared it, and no queue foretells that
CALIBRATIONS = 3  # of each kind at most, until the server had its core to itself: a wrong one spoils every forecast
TRUSTED = 0.8  # of the capacity: above it the mean of a short run says little
GRACE_S = 40.0


@dataclass(frozen=True)
class CurvePoint:
    """One rate: what was foretold and what came.

    Attributes:
        rate: Requests a second that were sent.
        foretold: Mean latency in seconds, inf from capacity on.
        result: What was measured.
        waited: The share of the time in which the server waited for its core, which another program had.
        low, high: The ends of the interval that was foretold; see `core.load.forecast`.
    """

    rate: float
    foretold: float
    result: LoadResult
    waited: float = 0.0
    low: float = 0.0
    high: float = float("inf")

    @property
    def is_disturbed(self) -> bool:
        """True if the server did not have its core to itself."""
        return self.waited > MOST_WAITED

    @property
    def error(self) -> float | None:
        """(foretold - measured) / measured; None where nothing can be said."""
        if self.result.mean is None or self.result.is_void or self.is_disturbed or self.foretold == float("inf"):
            return None
        return self.foretold / self.result.mean - 1

    @property
    def is_held(self) -> bool | None:
        """True if what came lies in the interval that was foretold; None where nothing can be said."""
        if self.error is None or self.result.mean is None:
            return None
        return self.low <= self.result.mean <= self.high


class RateSweep:
    """Measures batch times, foretells the mean latency at rising rates, then measures it there.

    Attributes:
        times: What was measured of the server; None before that.
        most: Requests a second that the most clients at once got answered: the server's capacity, or the load's own.
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
        self._factors: tuple[float, ...] = ()  # of each stretch: how many times as long batches took as `times` says
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

    def forecast(self, rate: float) -> Forecast | None:
        """What is foretold at `rate` by all that is known now; None before anything is."""
        times, factors = self.times, self._factors
        return None if times is None or not factors else forecast(times, rate, factors, self._seconds)

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
        """What the server takes, from closed loops and lone requests; None if it does not answer."""
        state = self._service.state()
        largest = int(state["largest_batch"]) if state else 1
        seconds: dict[float, float] = {}
        busy: list[_Stretch] = []
        for clients in ONE_BY_ONE if largest == 1 else [each for each in CLIENTS if each <= largest]:
            stretch = self._quietest(replace(self._plan, loop="closed", clients=clients, seconds=CALIBRATION_S))
            if stretch is None:
                return None
            self.most = max(self.most, stretch.result.throughput)
            seconds[1.0 if largest == 1 else stretch.rows] = stretch.seconds_per_batch
            busy.append(stretch)
        lone = self._quietest(
            replace(self._plan, loop="open", arrivals="poisson", rate=LONE_SHARE * self.most, seconds=LONE_S)
        )
        if lone is None or lone.result.mean is None:
            return None
        fitted = ServiceTimes.fitted(seconds, largest)
        fitted = replace(fitted, spread=min(min(each.spread for each in busy), fitted.one))
        self._factors = tuple(each.factor(fitted) for each in busy)
        return fitted.with_lone(lone.result.mean, lone.core_seconds, lone.result.answered / lone.result.seconds)

    def _quietest(self, plan: LoadPlan) -> _Stretch | None:
        """What came of `plan` when other programs had the server's core least; None if it does not answer."""
        return undisturbed(lambda: self._stretch(plan))

    def _stretch(self, plan: LoadPlan) -> _Stretch | None:
        """What came of `plan`, and what the server counted meanwhile; None if it does not answer."""
        before = self._service.state()
        result = self._load(plan)
        after = self._service.state()
        if before is None or after is None or result is None or not result.answered:
            return None
        return _Stretch(result, plan.clients, before, after)

    def _measure(self, times: ServiceTimes) -> None:
        most_clients = ONE_BY_ONE[-1] if times.largest_batch == 1 else min(times.largest_batch, CLIENTS[-1])
        for share in SHARES:
            rate = share * min(self.most, times.capacity)
            now = self._stretch(replace(self._plan, loop="closed", clients=most_clients, seconds=CHECK_S))
            if now is None:
                return
            if now.waited <= MOST_WAITED:
                self._factors = (*self._factors, now.factor(times))
            seconds = self._seconds * (LONGER if BUSY < share < 1 else 1)
            foretold = forecast(times, rate, self._factors, seconds)
            stretch = self._stretch(replace(self._plan, loop="open", arrivals="poisson", rate=rate, seconds=seconds))
            if stretch is None or not stretch.result.is_over:
                return
            point = CurvePoint(rate, foretold.mean, stretch.result, stretch.waited, foretold.low, foretold.high)
            self.points = (*self.points, point)
            self._on_change()

    def _load(self, plan: LoadPlan) -> LoadResult | None:
        if self._is_stopped:
            return None
        self._test = LoadTest(replace(plan, spins=True))
        return self._test.wait(plan.seconds + GRACE_S)


class Timed(Protocol):
    """What was measured in a stretch of time."""

    @property
    def waited(self) -> float:
        """The share of the time in which another program had the server's core."""
        ...


OfTime = TypeVar("OfTime", bound=Timed)


def undisturbed(measure: Callable[[], OfTime | None]) -> OfTime | None:
    """Returns what `measure` gives when the server had its core to itself, or else the least disturbed of a few tries.

    None once `measure` gives nothing and nothing was measured before.
    """
    best = None
    for _try in range(CALIBRATIONS):
        found = measure()
        if found is None:
            break
        if best is None or found.waited < best.waited:
            best = found
        if best.waited <= MOST_WAITED:
            break
    return best


@dataclass(frozen=True)
class _Stretch:
    """Load of one kind, with what the server said of itself before and after."""

    result: LoadResult
    clients: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def _grown(self, name: str) -> float:
        return float(self.after[name]) - float(self.before[name])

    @property
    def batches(self) -> int:
        return max(sum(self.after["batches"].values()) - sum(self.before["batches"].values()), 1)

    @property
    def rows(self) -> float:
        """Of a batch, in the mean."""
        return self.result.answered / self.batches

    def factor(self, times: ServiceTimes) -> float:
        """How many times as long as `times` says its batches took."""
        rows = 1.0 if times.largest_batch == 1 else self.rows
        return self.seconds_per_batch / (times.per_row * rows + times.per_batch)

    @property
    def seconds_per_batch(self) -> float:
        """Of a server that was never idle."""
        return self.result.seconds / self.batches

    @property
    def spread(self) -> float:
        """Of one service: a latency is the sum of one for each client, in turn."""
        return (self.result.spread or 0.0) / self.clients**0.5

    @property
    def core_seconds(self) -> float:
        """Of the server's core, for a request."""
        return self._grown("cpu_seconds") / self.result.answered

    @property
    def waited(self) -> float:
        """The share of the time in which the server could have gone on and another program had its core."""
        return self._grown("waited_seconds") / max(self._grown("seconds"), 1e-9)
