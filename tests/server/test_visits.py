"""How often somebody leaves says how long others wait; what was never measured is not made up."""

from __future__ import annotations

from widgets.server.visits import REMEMBERED, Visit, Visits


class Clock:
    now = 500.0

    def __call__(self) -> float:
        return self.now


def come(visits: Visits, kernel_id: str, address: str = "a") -> Visit:
    visit = Visit(address, kernel_id=kernel_id)
    visits.begin(visit)
    return visit


def test_pages_are_counted_by_address_until_their_kernels_end() -> None:
    visits = Visits(Clock())
    come(visits, "1")
    come(visits, "2")
    come(visits, "3", "b")
    visits.end("1")
    visits.end("unknown")
    assert (visits.held_by("a"), visits.held_by("b"), visits.held_by("c")) == (1, 1, 0)


def test_a_page_that_never_stood_is_no_departure() -> None:
    visits = Visits(Clock())
    visits.give_up(come(visits, ""))
    assert visits.held_by("a") == 0
    assert visits.seconds_until_room(1) is None


def test_the_wait_is_that_of_the_last_departures_and_grows_while_nobody_leaves() -> None:
    clock = Clock()
    visits = Visits(clock)
    for kernel_id in "123":
        come(visits, kernel_id)
    assert visits.seconds_until_room(1) is None
    clock.now += 30.0
    visits.end("1")
    clock.now += 10.0
    visits.end("2")  # two in 40 s
    assert visits.seconds_until_room(1) == 20.0
    assert visits.seconds_until_room(3) == 60.0
    clock.now += 40.0  # two in 80 s
    assert visits.seconds_until_room(1) == 40.0


def test_departures_long_ago_are_forgotten() -> None:
    clock = Clock()
    visits = Visits(clock)
    for number in range(REMEMBERED + 5):
        come(visits, str(number))
        clock.now += 1000.0 if number < 5 else 2.0
        visits.end(str(number))
    assert visits.seconds_until_room(1) == 2.0
