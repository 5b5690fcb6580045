from __future__ import annotations

import math

import numpy as np
import pytest

from core.load.arrivals import send_times
from core.load.latencies import Latencies, fewest_answers
from core.load.queueing import ServiceTimes, inoue_bound, pollaczek_khinchine, with_waking


def simulated(rate: float, per_row: float, per_batch: float, largest: int, count: int = 200_000) -> float:
    """The mean latency of a queue whose server takes all that waits, up to `largest`, as one batch."""
    times = np.cumsum(np.random.default_rng(1).exponential(1 / rate, count))
    now, first, total = 0.0, 0, 0.0
    while first < count:
        now = max(now, times[first])
        end = min(int(np.searchsorted(times, now, "right")), first + largest)
        now += per_row * (end - first) + per_batch
        total += float((now - times[first:end]).sum())
        first = end
    return total / count


@pytest.mark.parametrize("load", [0.2, 0.5, 0.8])
def test_pollaczek_and_khinchine_foretell_a_simulated_queue(load: float) -> None:
    service = 0.003
    assert pollaczek_khinchine(load / service, service) == pytest.approx(
        simulated(load / service, 0.0, service, 1), rel=0.03
    )


@pytest.mark.parametrize("load", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
def test_inoues_bound_holds_and_is_near(load: float, ratio: float) -> None:
    per_row, per_batch = 0.001, 0.001 * ratio
    bound = inoue_bound(load / per_row, per_row, per_batch)
    found = simulated(load / per_row, per_row, per_batch, 10**9)
    assert 0.98 * found < bound < 1.25 * found


def test_an_exponential_service_has_the_closed_form_of_mm1() -> None:
    rate, service = 60.0, 0.01
    assert pollaczek_khinchine(rate, service, service) == pytest.approx(1 / (1 / service - rate))


def test_from_capacity_on_no_latency_is_foretold() -> None:
    times = ServiceTimes(0.001, 0.002, largest_batch=8)
    assert times.capacity == pytest.approx(800)
    assert times.latency(801) == math.inf
    assert ServiceTimes(0.001, 0.001).latency(500) == math.inf


def simulated_with_waking(rate: float, service: float, spread: float, first: float, count: int = 400_000) -> float:
    """The mean latency of a queue in which whoever finds the server idle takes `first`; the others a gamma time."""
    chance = np.random.default_rng(2)
    times = np.cumsum(chance.exponential(1 / rate, count))
    shape = (service / spread) ** 2
    services = chance.gamma(shape, service / shape, count)
    free, total = 0.0, 0.0
    for time, seconds in zip(times.tolist(), services.tolist(), strict=True):
        free = time + first if time >= free else free + seconds
        total += free - time
    return total / count


@pytest.mark.parametrize("load", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("first", [0.0003, 0.0006])
def test_a_server_that_has_to_wake_is_foretold_as_simulated(load: float, first: float) -> None:
    service, spread = 0.00025, 0.0001
    foretold = with_waking(load / service, service, spread, first)
    assert foretold == pytest.approx(simulated_with_waking(load / service, service, spread, first), rel=0.03)


def test_without_waking_it_is_pollaczek_and_khinchines_formula() -> None:
    assert with_waking(50, 0.01, 0.004, 0.01) == pytest.approx(pollaczek_khinchine(50, 0.01, 0.004))


def test_batch_times_are_fitted_by_a_line_without_negative_parts() -> None:
    measured = {rows: 0.0004 * rows + 0.002 for rows in (1.0, 4.0, 16.0)}
    fitted = ServiceTimes.fitted(measured, largest_batch=16).with_lone(latency=0.0033, core_seconds=0.003)
    assert (fitted.per_row, fitted.per_batch, fitted.way) == pytest.approx((0.0004, 0.002, 0.0003))
    through_zero = ServiceTimes.fitted({1.0: 0.001, 4.0: 0.005}, 4)
    assert through_zero.per_batch == 0.0
    assert 0.001 < through_zero.per_row < 0.00125


def test_a_lone_request_is_foretold_as_it_was_measured() -> None:
    for largest in (1, 16):
        times = ServiceTimes.fitted({1.0: 0.002, 4.0: 0.005}, largest).with_lone(latency=0.0033, core_seconds=0.003)
        assert times.latency(1e-6) == pytest.approx(0.0033, rel=0.02)


@pytest.mark.parametrize("ratio", [1.5, 3.0])
def test_what_lone_requests_take_is_found_from_ones_that_come_at_random(ratio: float) -> None:
    service, way = 0.00025, 0.0002
    first, rate = ratio * service, 0.1 / service
    turns = 1 - rate * service + rate * first
    idle = (1 - rate * service) / turns
    latency = simulated_with_waking(rate, service, 0.0001, first) + way
    times = ServiceTimes(service, 0.0, 0.0001).with_lone(latency, idle * first + (1 - idle) * service, rate)
    assert times.first == pytest.approx(first, rel=1e-6)
    assert times.way == pytest.approx(way, rel=0.06)


def test_a_percentile_needs_as_many_answers_as_can_bound_it() -> None:
    assert [fewest_answers(each) for each in (50, 90, 95, 99, 99.9)] == [5, 29, 59, 299, 2995]
    latencies = Latencies()
    for number in range(298):
        latencies.note(number / 1000)
    assert 99 not in latencies.percentiles()
    latencies.note(0.298)
    assert latencies.percentiles()[99] == pytest.approx(np.quantile(np.arange(299) / 1000, 0.99), rel=0.01)


def test_poisson_arrivals_have_their_rate_and_exponential_intervals() -> None:
    times = send_times("poisson", 1000, 20, seed=3)
    intervals = np.diff(times)
    assert intervals.mean() == pytest.approx(1e-3, rel=0.03)
    assert intervals.std() == pytest.approx(intervals.mean(), rel=0.03)
    np.testing.assert_allclose(np.diff(send_times("constant", 1000, 2)), 1e-3)


def test_percentiles_are_those_of_numpy_within_the_histograms_three_digits() -> None:
    chance = np.random.default_rng(5).lognormal(-6, 1, 4999)
    latencies = Latencies()
    for each in chance:
        latencies.note(each)
    for percentile, seconds in latencies.percentiles().items():
        assert seconds == pytest.approx(np.quantile(chance, percentile / 100, method="inverted_cdf"), rel=2e-3)
    assert latencies.mean == pytest.approx(chance.mean())
    assert latencies.spread == pytest.approx(chance.std())
