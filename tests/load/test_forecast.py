"""Forecasts against simulated queues whose server changes its speed from stretch to stretch."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.load.forecast import by_chance, forecast
from core.load.queueing import ServiceTimes

SERVICE = 0.0003


def mean_latency(rate: float, service: float, seconds: float, chance: np.random.Generator) -> float:
    """The mean latency of Poisson arrivals for so long, served one at a time in order (Lindley's recursion)."""
    count = chance.poisson(rate * seconds)
    gaps = chance.exponential(1 / rate, count)
    sums = np.concatenate([[0.0], np.cumsum(service - gaps[1:])])
    waits = sums - np.minimum(np.minimum.accumulate(sums), 0.0)
    return float(waits.mean()) + service


@pytest.mark.parametrize("load", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("apart", [0.0, 0.05])
def test_nineteen_of_twenty_means_lie_in_the_interval_that_was_foretold(load: float, apart: float) -> None:
    chance, rate, seconds, tries = np.random.default_rng(7), load / SERVICE, 4.0, 300
    held, off, wide = 0, [], []
    for _try in range(tries):
        factors = np.exp(apart * chance.normal(size=7))  # six stretches that are timed, then the one that is measured
        foretold = forecast(ServiceTimes(SERVICE, 0.0), rate, factors[:6].tolist(), seconds)
        found = mean_latency(rate, SERVICE * factors[6], seconds, chance)
        held += foretold.low <= found <= foretold.high
        off.append(foretold.mean / found - 1)
        wide.append(foretold.high / foretold.low)
    assert 0.9 <= held / tries <= 1.0
    if not apart:
        assert abs(float(np.mean(off))) < 0.02
        assert np.median(wide) < 2  # it says something


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_means_of_short_measurements_differ_by_chance_as_is_said(load: float) -> None:
    chance, rate, seconds = np.random.default_rng(8), load / SERVICE, 4.0
    found = [mean_latency(rate, SERVICE, seconds, chance) for _try in range(300)]
    said = by_chance(ServiceTimes(SERVICE, 0.0), rate, seconds)
    assert np.std(found) / np.mean(found) == pytest.approx(said, rel=0.35)


def test_where_a_slower_server_would_be_overrun_no_end_is_known() -> None:
    foretold = forecast(ServiceTimes(SERVICE, 0.0), 0.95 / SERVICE, [1.0, 1.1, 0.9], 4.0)
    assert foretold.high == math.inf
    assert foretold.low < foretold.mean < math.inf


def test_the_newest_stretches_say_how_fast_the_server_is_now() -> None:
    times = ServiceTimes(SERVICE, 0.0)
    drifted = forecast(times, 0.5 / SERVICE, [1.0, 1.0, 1.0, 1.2, 1.2, 1.2], 4.0)
    assert drifted.mean == pytest.approx(times.slower(1.2).latency(0.5 / SERVICE))
