"""Waiting for a server that takes one at a time, against the exact distribution and a queue that is simulated."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from core.costs.waiting import largest_rate, latency_quantile


def share_within(latency: float, load: float) -> float:
    """The share answered within `latency` service times, exactly (Crommelin, 1932), in sixty digits.

    P(W <= t) = (1 - r) sum over j = 0 .. floor(t) of (r (j - t))^j / j! exp(r (t - j)).
    """
    with localcontext() as digits:
        digits.prec = 60
        r, t = Decimal(load), Decimal(latency) - 1
        terms = ((r * (j - t)) ** j / math.factorial(j) * (r * (t - j)).exp() for j in range(int(t) + 1))
        return float((1 - r) * sum(terms, Decimal(0)))


@pytest.mark.parametrize("load", [0.06, 0.3, 0.5, 0.8, 0.9, 0.97])
@pytest.mark.parametrize("share", [0.95, 0.99])
def test_the_share_answered_within_the_quantile_is_exactly_the_one_asked_for(load: float, share: float) -> None:
    latency = latency_quantile(load / 0.01, 0.01, share) / 0.01
    assert 1 - share_within(latency, load) == pytest.approx(1 - share, rel=1e-4)


def test_a_simulated_queue_says_the_same() -> None:
    gaps = np.random.default_rng(7).exponential(1 / 0.5, 2_000_000)
    walk = np.concatenate([[0.0], np.cumsum(1 - gaps)])
    latencies = 1 + walk - np.minimum.accumulate(walk)  # Lindley: W' = max(W + 1 - gap, 0)
    assert latency_quantile(50, 0.01) == pytest.approx(0.01 * float(np.quantile(latencies, 0.99)), rel=0.02)


def test_the_largest_rate_is_the_one_at_which_the_latency_is_the_limit() -> None:
    rate = largest_rate(service=0.002, limit=0.01)
    assert latency_quantile(rate, 0.002) == pytest.approx(0.01, rel=1e-6)
    assert share_within(5, 0.002 * rate) == pytest.approx(0.99, abs=1e-6)


def test_nobody_waits_where_hardly_anybody_comes_and_everybody_for_ever_where_too_many_do() -> None:
    assert latency_quantile(0.5, 0.01) == 0.01
    assert latency_quantile(100, 0.01) == math.inf
    assert largest_rate(0.02, 0.01) == 0
