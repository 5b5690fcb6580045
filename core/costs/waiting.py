"""How long requests wait for a server that takes one at a time and as long for each: the queue M/D/1."""

from __future__ import annotations

import math

STEPS = 60  # of the bisections: each halves the interval
LONGEST_EXACT = 15.0  # service times; beyond, the sum's terms alternate at sizes that lose the digits


def latency_quantile(rate: float, service: float, share: float = 0.99) -> float:
    """The latency, waiting and service, within which `share` of the requests are answered, in seconds.

    The waiting time W of M/D/1, in service times and with load r, has the distribution (Crommelin, 1932)

        P(W <= t) = (1 - r) sum over j = 0 .. floor(t) of (r (j - t))^j / j! exp(r (t - j))

    and far out the tail P(W > t) = C exp(-k t), where k > 0 solves r (exp(k) - 1) = k and C = (1 - r) / (r exp(k) - 1)
    (Tijms, A First Course in Stochastic Models, 2003, section 9.4), which is used beyond 15 service times. Requests
    come as a Poisson process. Infinite from a load of 1 on.

    >>> latency_quantile(rate=0, service=0.01)
    0.01
    >>> latency_quantile(rate=100, service=0.01)
    inf
    """
    load = rate * service
    if load >= 1:
        return math.inf
    if load <= 1 - share:  # fewer than that wait at all
        return service
    waiting = _far_quantile(load, share)
    return service * (1 + (waiting if waiting > LONGEST_EXACT else _near_quantile(load, share)))


def _far_quantile(load: float, share: float) -> float:
    decay = _decay(load)
    factor = (1 - load) / (load * math.exp(decay) - 1)
    return math.log(factor / (1 - share)) / decay


def _near_quantile(load: float, share: float) -> float:
    low, high = 0.0, LONGEST_EXACT + 1
    for _step in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _share_that_waits_less(middle, load) < share else (low, middle)
    return high


def _share_that_waits_less(times: float, load: float) -> float:
    terms = (
        (load * (j - times)) ** j / math.factorial(j) * math.exp(load * (times - j)) for j in range(int(times) + 1)
    )
    return (1 - load) * math.fsum(terms)


def _decay(load: float) -> float:
    """The k > 0 with load · (exp(k) - 1) = k, in units of 1 / service."""
    low, high = 1e-9, 1.0
    while load * math.expm1(high) < high:
        high *= 2
    for _step in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if load * math.expm1(middle) < middle else (low, middle)
    return high


def largest_rate(service: float, limit: float, share: float = 0.99) -> float:
    """The highest rate at which `share` of the requests are answered within `limit` seconds; 0 if none is.

    >>> largest_rate(service=0.01, limit=0.005)
    0.0
    """
    if service > limit:
        return 0.0
    low, high = 0.0, 1 / service
    for _step in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if latency_quantile(middle, service, share) <= limit else (low, middle)
    return low
