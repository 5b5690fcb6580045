"""Who is let in: by what memory holds and how many starts are under way, in the order of arrival."""

from __future__ import annotations

import pytest

from widgets.server.admission import SECONDS_TO_SETTLE, Admission
from widgets.server.limits import MB, ServerLimits
from widgets.server.status_pages import too_many_pages, too_many_requests
from widgets.server.visits import Visit
from widgets.server.waiting_line import Wait

COST = 80 + 120


class House:
    """An admission whose clock and memory a test moves; it reserves nothing."""

    def __init__(self, mb: float) -> None:
        self.mb, self.now, self.limits = mb, 0.0, ServerLimits(reserved_mb=0)
        self.admission = Admission(self.limits, self._free, lambda: self.now)

    def _free(self) -> int:
        return int(self.mb * MB)

    def ask(self, token: str = "", ready: int = 0) -> Visit | Wait:
        return self.admission.ask("a", token, ready)

    def wait(self, token: str = "", ready: int = 0) -> Wait:
        answer = self.ask(token, ready)
        assert isinstance(answer, Wait)
        return answer

    def enter(self, token: str = "", ready: int = 0) -> Visit:
        answer = self.ask(token, ready)
        assert isinstance(answer, Visit)
        return answer


def test_two_start_at_once_and_the_third_when_one_stands() -> None:
    house = House(mb=100 * COST)
    first, _second = house.enter(), house.enter()
    third = house.wait()
    assert (third.position, third.for_memory, third.seconds) == (1, False, None)
    first.kernel_id = "1"
    house.now = 3.0
    house.admission.end_start(first, succeeded=True)
    assert house.enter(third.token).start is not None


def test_a_preheated_kernel_needs_no_start() -> None:
    house = House(mb=100 * COST)
    house.enter(), house.enter()
    assert house.enter(ready=1).start is None
    assert house.wait(ready=0).position == 1


@pytest.mark.parametrize(("mb", "entering"), [(COST - 1, 0), (COST, 1), (2 * COST, 2)])
def test_as_many_are_let_in_as_memory_holds_whatever_has_not_been_used_yet(mb: int, entering: int) -> None:
    house = House(mb)
    answers = [house.ask() for _ in range(3)]
    assert [isinstance(answer, Visit) for answer in answers] == [number < entering for number in range(3)]


def test_memory_that_was_promised_is_measured_after_a_while() -> None:
    house = House(mb=COST)
    house.admission.end_start(house.enter(), succeeded=False)
    assert house.wait().for_memory
    house.now = SECONDS_TO_SETTLE  # the one that waited has gone away
    house.enter()


def test_what_is_reserved_is_kept_from_all_but_the_only_visitor() -> None:
    house = House(mb=COST)
    house.limits.reserved_mb = 100
    house.admission.end_start(house.enter(), succeeded=False)
    house.now = SECONDS_TO_SETTLE  # the first has gone, and another is the only one
    house.enter()
    house.now += SECONDS_TO_SETTLE
    waiting = house.wait()
    assert waiting.for_memory
    house.mb = COST + 100
    house.enter(waiting.token)
    house = House(mb=COST - 1)
    house.limits.reserved_mb = 100
    assert house.wait().for_memory


def test_with_a_kernel_that_is_ready_only_the_engine_must_fit() -> None:
    house = House(mb=120)
    assert house.wait().for_memory
    house = House(mb=120)
    assert house.enter(ready=2).start is None


def test_they_enter_in_the_order_in_which_they_came() -> None:
    house = House(mb=0)
    first, second = house.wait(), house.wait()
    house.mb = COST
    newcomer = house.wait()
    assert (first.position, second.position, newcomer.position) == (1, 2, 3)
    assert house.wait(second.token).position == 2
    house.enter(first.token)
    house.mb = 2 * COST  # the first one's is promised
    assert house.wait(newcomer.token).position == 2
    house.enter(second.token)


def test_room_for_two_is_for_the_first_two_whichever_asks_first() -> None:
    house = House(mb=0)
    first, second, third = house.wait(), house.wait(), house.wait()
    house.mb = 2 * COST
    house.wait(third.token)
    house.enter(second.token)
    house.enter(first.token)


def test_a_place_that_was_lost_is_a_new_one_at_the_end() -> None:
    house = House(mb=0)
    house.wait()
    answer = house.wait("forged")
    assert answer.position == 2
    assert answer.token != "forged"


def test_how_long_it_takes_is_reckoned_from_departures_where_memory_is_short() -> None:
    house = House(mb=COST)
    visit = house.enter()
    visit.kernel_id = "1"
    house.admission.end_start(visit, succeeded=True)
    house.mb = 0
    house.now = 50.0
    first = house.wait()
    assert (first.for_memory, first.seconds) == (True, None)
    house.admission.kernel_ended("1")
    assert house.wait(first.token).seconds == 50.0
    assert house.wait().seconds == 100.0


def test_how_long_it_takes_is_reckoned_from_starts_where_they_are_short() -> None:
    house = House(mb=100 * COST)
    first, second = house.enter(), house.enter()
    house.now = 4.0
    for visit in (first, second):
        visit.kernel_id = "1"
        house.admission.end_start(visit, succeeded=True)
    house.enter(), house.enter()
    house.now = 5.0
    waits = [house.wait() for _ in range(3)]
    assert [(wait.for_memory, wait.seconds) for wait in waits] == [(False, 3.0), (False, 3.0), (False, 7.0)]


def test_an_address_that_has_enough_pages_or_opens_them_too_fast_gets_no_more() -> None:
    house = House(mb=1000 * COST)
    house.limits.pages_per_address = 3
    for _ in range(3):
        assert house.admission.is_too_much("a", "") is None
        house.ask()  # two enter, one waits: all of them count
    assert house.admission.is_too_much("a", "") is too_many_pages
    assert house.admission.is_too_much("b", "") is None
    house.limits.pages_per_address = 1000
    refusals = [house.admission.is_too_much("a", "") for _ in range(house.limits.starts_per_minute)]
    assert refusals.count(too_many_requests) == 3
    house.now = 1.0  # one a second comes back
    assert [house.admission.is_too_much("a", "") for _ in range(2)] == [None, too_many_requests]


def test_who_has_a_place_may_ask_again_however_many_pages_the_address_has() -> None:
    house = House(mb=0)
    house.limits.pages_per_address = 1
    waiting = house.wait()
    assert house.admission.is_too_much("a", "") is too_many_pages
    assert house.admission.is_too_much("a", waiting.token) is None
