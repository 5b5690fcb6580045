"""Load against a server whose service time is known, so that queueing theory has the last word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from core.field import ConfigError
from core.load.arrivals import send_times
from core.load.generator import LoadGenerator
from core.load.load_test import LoadTest
from core.load.plan import LoadPlan, LoadResult
from core.load.queueing import pollaczek_khinchine
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

ROOT_MODULE = "tests.support.stub_server"


@contextmanager
def stub(service_s: float) -> Iterator[tuple[int, int]]:
    """A server's port and process."""
    server = subprocess.Popen([sys.executable, "-m", ROOT_MODULE, str(service_s)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout as said:
        try:
            yield int(said.readline()), server.pid
        finally:
            server.send_signal(signal.SIGCONT)
            server.kill()
            server.wait()


def plan(port: int, **settings: Any) -> LoadPlan:
    return LoadPlan(port, "/predict", ("{}",), **settings)


def lindley(times: np.ndarray, service: float) -> float:
    """The mean latency of a queue that these arrivals find, each served for `service` seconds in order."""
    free, total = 0.0, 0.0
    for time in times:
        free = max(free, time) + service
        total += free - time
    return total / len(times)


def test_an_open_loop_measures_the_latency_of_an_md1_queue() -> None:
    service, load = 0.020, 0.6
    with stub(service) as (port, _pid):
        result = LoadTest(plan(port, rate=load / service, seconds=15, seed=2)).wait(60)
    assert result is not None
    assert result.failed == result.refused == 0
    assert result.answered == result.sent
    expected = lindley(send_times("poisson", load / service, 15, seed=2), service)
    assert expected == pytest.approx(pollaczek_khinchine(load / service, service), rel=0.3)  # of only 450 requests
    assert result.mean == pytest.approx(expected, rel=0.2)  # other programs take the core at times
    assert result.percentiles.keys() == {50, 90, 95, 99}  # p99.9 would take 2995


def test_a_closed_loop_of_one_client_measures_the_service_time() -> None:
    with stub(0.020) as (port, _pid):
        result = LoadTest(plan(port, loop="closed", clients=1, seconds=3)).wait(60)
    assert result is not None
    assert result.percentiles[50] == pytest.approx(0.0205, rel=0.1)
    assert result.throughput == pytest.approx(result.answered / 3, rel=0.05)


def frozen(loop: str) -> LoadResult:
    """What a loop measures of a server that stands still for one second of five."""
    with stub(0.001) as (port, pid):
        test = LoadTest(plan(port, loop=loop, rate=150, seconds=5))
        wait_until(lambda: test.result is not None and test.result.answered > 150)
        os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(1.0)
        os.kill(pid, signal.SIGCONT)
        result = test.wait(60)
    assert result is not None
    return result


def test_a_second_of_standstill_is_seen_by_an_open_loop_and_hidden_by_a_closed_one() -> None:
    open_loop, closed_loop = frozen("open"), frozen("closed")
    assert 0.8 < open_loop.percentiles[99] < 1.3
    assert closed_loop.percentiles[99] < 0.1


def test_a_generator_that_was_late_voids_its_run() -> None:
    time = iter(range(10_000))
    results: list[LoadResult] = []
    with stub(0.0) as (port, _pid):
        slow = LoadGenerator(
            plan(port, rate=100, seconds=0.5, arrivals="constant"), results.append, lambda: next(time) / 50
        )
        slow.run()
    assert results[-1].is_void
    assert results[-1].worst_lateness > 0.1


def test_requests_to_a_server_that_is_gone_are_counted_as_failed() -> None:
    with stub(0.0) as (port, _pid):
        pass
    result = LoadTest(plan(port, rate=50, seconds=1, arrivals="constant")).wait(30)
    assert result is not None
    assert (result.sent, result.failed, result.percentiles) == (50, 50, {})


@pytest.mark.parametrize("settings", [{"rate": 1e9}, {"seconds": 1e5}, {"clients": 0}, {"rows": 1000}])
def test_load_without_bounds_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="up to 600 seconds"):
        plan(1, **settings)
