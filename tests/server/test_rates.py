"""So many at once, then so many a second, for each address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.server import rates
from widgets.server.rates import Rates

if TYPE_CHECKING:
    import pytest


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(limit: Rates, address: str, times: int = 100) -> int:
    return sum(limit.take(address) for _ in range(times))


def test_each_address_has_its_own_and_it_comes_back_with_time() -> None:
    clock = Clock()
    limit = Rates(2.0, 10.0, clock)
    assert (taken(limit, "a"), taken(limit, "b")) == (10, 10)
    clock.now = 1.5
    assert taken(limit, "a") == 3
    clock.now = 1000.0
    assert taken(limit, "a") == 10


def test_those_who_have_been_quiet_are_forgotten_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_ADDRESSES", 3)
    clock = Clock()
    limit = Rates(1.0, 5.0, clock)
    taken(limit, "quiet")
    clock.now = 5.0
    for address in ("a", "b", "c"):
        taken(limit, address)
    assert limit._left.keys() == {"a", "b", "c"}
    assert taken(limit, "a") == 0
