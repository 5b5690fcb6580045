"""First come, first served, while they keep asking."""

from __future__ import annotations

from widgets.server.waiting_line import SECONDS_BETWEEN_RETURNS, SECONDS_UNTIL_FIRST_RETURN, WaitingLine


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_places_are_counted_from_the_head_in_the_order_of_arrival() -> None:
    line = WaitingLine(Clock())
    tokens = [line.join("a") for _ in range(3)]
    assert len(set(tokens)) == 3
    line.keep(tokens[0])
    assert [line.position(token) for token in tokens] == [1, 2, 3]
    line.leave(tokens[1])
    assert [line.position(token) for token in (tokens[0], tokens[2])] == [1, 2]


def test_who_does_not_come_back_loses_the_place_and_those_behind_move_up() -> None:
    clock = Clock()
    line = WaitingLine(clock)
    gone, stays = line.join("a"), line.join("a")
    line.keep(stays)
    clock.now = SECONDS_UNTIL_FIRST_RETURN
    assert gone not in line
    assert line.position(stays) == 1
    clock.now = SECONDS_BETWEEN_RETURNS - 1.0
    line.keep(stays)
    clock.now += SECONDS_BETWEEN_RETURNS - 1.0
    assert stays in line
    clock.now += 1.0
    assert len(line) == 0
    line.keep(stays)
    assert stays not in line


def test_places_are_counted_by_address() -> None:
    line = WaitingLine(Clock())
    for address in ("a", "b", "a"):
        line.join(address)
    assert (line.held_by("a"), line.held_by("b"), line.held_by("c")) == (2, 1, 0)
