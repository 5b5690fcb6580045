"""Starts under way are counted and timed, and a place in the line becomes a time by the times that were measured."""

from __future__ import annotations

import pytest

from widgets.server.start_slots import MOST_SECONDS, StartSlots


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slots(clock: Clock) -> StartSlots:
    return StartSlots(2, clock)


def one_start(slots: StartSlots, clock: Clock, seconds: float, succeeded: bool = True) -> None:
    start = slots.begin()
    clock.now += seconds
    slots.end(start, succeeded)


def test_two_may_start_and_a_third_when_one_has_ended(slots: StartSlots) -> None:
    first, _second = slots.begin(), slots.begin()
    assert slots.free == 0
    slots.end(first, succeeded=True)
    assert slots.free == 1
    slots.end(first, succeeded=True)
    assert slots.free == 1


def test_a_start_that_never_ends_does_not_keep_its_slot_for_ever(slots: StartSlots, clock: Clock) -> None:
    slots.begin()
    clock.now += MOST_SECONDS
    assert slots.free == 2


def test_before_a_start_has_been_timed_nothing_is_said(slots: StartSlots, clock: Clock) -> None:
    one_start(slots, clock, 3.0, succeeded=False)
    assert slots.seconds_until_turn(1) is None


def test_the_turn_is_reckoned_from_the_mean_of_the_last_starts_and_those_under_way(
    slots: StartSlots, clock: Clock
) -> None:
    one_start(slots, clock, 2.0)
    one_start(slots, clock, 6.0)  # 4 s on average
    assert [slots.seconds_until_turn(position) for position in (1, 2, 3)] == [0.0, 0.0, 4.0]
    slots.begin()
    clock.now += 1.0
    slots.begin()  # free again in 3 and in 4 s
    assert [slots.seconds_until_turn(position) for position in range(1, 6)] == [3.0, 4.0, 7.0, 8.0, 11.0]
