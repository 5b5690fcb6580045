"""What is probed when: only what is watched, only where it is new, and within its share of the time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.probes import Probes


class Clock:
    """Seconds that pass when told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Slow:
    """A probe that takes `cost` seconds and finds the trainer's step."""

    def __init__(self, clock: Clock, cost: float) -> None:
        self._clock, self._cost, self.forgotten = clock, cost, 0

    def look(self, trainer: Any) -> int:
        self._clock.seconds += self._cost
        return trainer.step

    def forget(self) -> None:
        self.forgotten += 1


def at(step: int) -> Any:
    return SimpleNamespace(step=step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slow(clock: Clock) -> dict[str, Slow]:
    return {"a": Slow(clock, 1.0), "b": Slow(clock, 1.0)}


@pytest.fixture
def probes(slow: dict[str, Slow], clock: Clock) -> Probes:
    return Probes(slow, clock)


def test_what_nobody_watches_is_never_due(probes: Probes) -> None:
    assert probes.next_due(0, None) is None


def test_a_finding_says_at_which_step_it_was_made_and_what_it_cost(probes: Probes) -> None:
    found = probes.look("a", at(7))
    assert (found.step, found.value, found.seconds) == (7, 7, 1.0)
    assert probes.findings == {"a": found}


def test_at_one_step_each_probe_is_called_once_the_longest_waiting_first(probes: Probes) -> None:
    probes.watched = frozenset("ab")
    called = []
    while (name := probes.next_due(3, None)) is not None:
        probes.look(name, at(3))
        called.append(name)
    assert called == ["a", "b"]
    probes.look("a", at(4))
    assert probes.next_due(5, None) == "b"


@pytest.mark.parametrize("watched", ["a", "ab"])
def test_while_playing_all_probes_together_take_the_share_each_as_much(
    watched: str, probes: Probes, clock: Clock
) -> None:
    probes.watched = frozenset(watched)
    for name in watched:
        probes.look(name, at(0))  # the first call compiles, and counts for nothing
    began, calls = clock.seconds, dict.fromkeys(watched, 0)
    for step in range(1, 200_000):
        clock.seconds += 0.01
        due = probes.next_due(step, 0.05)
        if due is not None:
            probes.look(due, at(step))
            calls[due] += 1
    assert sum(calls.values()) * 1.0 / (clock.seconds - began) == pytest.approx(0.05, rel=0.03)
    assert max(calls.values()) - min(calls.values()) <= 1


def test_what_is_always_wanted_needs_no_watcher(clock: Clock) -> None:
    probes = Probes({"a": Slow(clock, 1.0)}, clock, always=frozenset("a"))
    assert probes.next_due(0, 0.5) == "a"


def test_a_new_start_forgets_all_findings_and_asks_again(probes: Probes, slow: dict[str, Slow]) -> None:
    probes.watched = frozenset("a")
    probes.look("a", at(0))
    assert probes.next_due(0, None) is None
    probes.forget()
    assert probes.findings == {}
    assert probes.next_due(0, None) == "a"
    assert [probe.forgotten for probe in slow.values()] == [1, 1]


def test_while_playing_training_goes_on_between_the_first_calls_which_compile(probes: Probes, clock: Clock) -> None:
    probes.watched = frozenset("ab")
    probes.look("a", at(0))  # took a second
    clock.seconds += 1.9
    assert probes.next_due(0, 0.01) is None
    clock.seconds += 0.2
    probes.look("a", at(1))
    assert probes.next_due(2, 0.01) == "b"


def test_at_rest_nothing_waits_for_training(probes: Probes) -> None:
    probes.watched = frozenset("ab")
    probes.look("a", at(0))
    assert probes.next_due(0, None) == "b"


def test_at_full_speed_a_cheap_probe_keeps_a_gap_unless_what_it_finds_is_not_drawn(clock: Clock) -> None:
    probes = Probes({"a": Slow(clock, 0.0), "b": Slow(clock, 0.0)}, clock, undrawn=frozenset("b"))
    probes.watched = frozenset("ab")
    probes.look("a", at(0))
    probes.look("b", at(0))
    clock.seconds += 0.3
    assert probes.next_due(1, 0.01, gap=0.4) == "b"
    assert probes.next_due(1, 0.01) == "a"  # at a set pace each step is shown
    probes.look("b", at(1))
    assert probes.next_due(1, 0.01, gap=0.4) is None
    clock.seconds += 0.2
    assert probes.next_due(1, 0.01, gap=0.4) == "a"
