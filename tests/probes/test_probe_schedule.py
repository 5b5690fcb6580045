"""The schedule of probes: they are called if watched, where the run is new, and within their share of the time."""

from __future__ import annotations

from typing import Any

import pytest

from core.probes.probe_schedule import ProbeSchedule
from tests.support.slow_probes import Clock, Slow, at, due, next_due


@pytest.fixture
def slow(clock: Clock) -> dict[str, Slow]:
    return {"a": Slow(clock, 1.0), "b": Slow(clock, 1.0)}


@pytest.fixture
def probes(slow: dict[str, Slow], clock: Clock) -> ProbeSchedule:
    return ProbeSchedule(slow, clock)


def test_what_nobody_watches_is_never_due(probes: ProbeSchedule) -> None:
    assert due(probes, 0, None) is None


def test_a_finding_says_at_which_step_it_was_made_and_what_it_cost(probes: ProbeSchedule) -> None:
    found = probes.look("a", at(7))
    assert found is not None
    assert (found.step, found.value, found.seconds) == (7, 7, 1.0)
    assert probes.findings == {"a": found}


def test_at_one_step_each_probe_is_called_once_the_longest_waiting_first(probes: ProbeSchedule) -> None:
    probes.watched = frozenset("ab")
    called = []
    while (name := due(probes, 3, None)) is not None:
        probes.look(name, at(3))
        called.append(name)
    assert called == ["a", "b"]
    probes.look("a", at(4))
    assert next_due(probes, 5, None, apart_from={"b"}) == "a"
    assert next_due(probes, 5, None) == "b"


@pytest.mark.parametrize("watched", ["a", "ab"])
def test_while_playing_all_probes_together_take_the_share_each_as_much(
    watched: str, probes: ProbeSchedule, clock: Clock
) -> None:
    probes.watched = frozenset(watched)
    for name in watched:
        probes.look(name, at(0))  # the first call compiles, and counts for nothing
    began, calls = clock.seconds, dict.fromkeys(watched, 0)
    for step in range(1, 200_000):
        clock.seconds += 0.01
        asked = next_due(probes, step, 0.05)
        if asked is not None:
            probes.look(asked, at(step))
            calls[asked] += 1
    assert sum(calls.values()) * 1.0 / (clock.seconds - began) == pytest.approx(0.05, rel=0.03)
    assert max(calls.values()) - min(calls.values()) <= 1


def test_the_share_is_one_of_the_time_that_is_played_however_long_the_pauses(
    clock: Clock, slow: dict[str, Slow]
) -> None:
    playing = Clock()
    probes = ProbeSchedule(slow, clock, playing, watched=frozenset("a"))
    probes.look("a", at(0))
    probes.look("a", at(1))  # of one second
    clock.seconds += 1000.0  # at rest
    playing.seconds += 18.9
    assert next_due(probes, 2, 0.05) is None
    playing.seconds += 0.2
    assert next_due(probes, 2, 0.05) == "a"


def test_what_is_always_wanted_needs_no_watcher(clock: Clock) -> None:
    probes = ProbeSchedule({"a": Slow(clock, 1.0)}, clock, always=frozenset("a"))
    assert due(probes, 0, 0.5) == "a"


def test_a_new_start_forgets_all_findings_and_asks_again(probes: ProbeSchedule, slow: dict[str, Slow]) -> None:
    probes.watched = frozenset("a")
    probes.look("a", at(0))
    assert due(probes, 0, None) is None
    probes.forget()
    assert probes.findings == {}
    assert due(probes, 0, None) == "a"
    probes.look("a", at(0))
    probes.look("a", at(1))
    assert [probe.forgotten for probe in slow.values()] == [1, 0]  # each before its own next look, and once


def test_what_a_look_finds_of_a_run_that_began_again_meanwhile_is_dropped(clock: Clock) -> None:
    class Restarting(Slow):
        def look(self, snapshot: Any) -> int:
            if snapshot.step == 9:
                run.forget()
            return snapshot.step

    run = ProbeSchedule({"a": Restarting(clock, 0.0)}, clock, watched=frozenset("a"))
    assert run.look("a", at(9)) is None
    assert run.findings == {}
    assert due(run, 0, None) == "a"
    found = run.look("a", at(0))
    assert found is not None
    assert run.findings == {"a": found}


def test_a_probe_that_was_given_up_is_never_due_again(probes: ProbeSchedule) -> None:
    probes.watched = frozenset("ab")
    probes.give_up("a")
    assert due(probes, 0, None) == "b"
    probes.forget()
    assert due(probes, 0, None) == "b"
    assert probes.failed == {"a"}


def test_what_copying_the_weights_took_counts_among_the_cost_of_a_look(clock: Clock) -> None:
    probes = ProbeSchedule({"a": Slow(clock, 1.0)}, clock, watched=frozenset("a"))
    probes.look("a", at(0))
    probes.look("a", at(1), copying=3.0)
    clock.seconds += 4.0 * 9 - 0.1  # a tenth of the time is 4 s in 40
    assert next_due(probes, 2, 0.1) is None
    clock.seconds += 0.2
    assert next_due(probes, 2, 0.1) == "a"


def test_at_full_speed_a_cheap_probe_keeps_a_gap_a_smaller_one_if_what_it_finds_is_not_drawn(clock: Clock) -> None:
    probes = ProbeSchedule({"a": Slow(clock, 0.0), "b": Slow(clock, 0.0)}, clock, undrawn=frozenset("b"))
    probes.watched = frozenset("ab")
    probes.look("a", at(0))
    probes.look("b", at(0))
    clock.seconds += 0.3
    assert next_due(probes, 1, 0.01, gap=0.4) == "b"
    assert next_due(probes, 1, 0.01) == "a"  # at a set pace each step is shown
    probes.look("b", at(1))
    assert next_due(probes, 1, 0.01, gap=0.4) is None
    clock.seconds += 0.2
    assert next_due(probes, 1, 0.01, gap=0.4) == "a"


def test_a_probe_that_was_never_called_is_new_and_not_due(probes: ProbeSchedule) -> None:
    probes.watched = frozenset("ab")
    assert (probes.next_new(), next_due(probes, 0, None)) == ("a", None)
    assert probes.next_new(apart_from={"a"}) == "b"
    probes.look("a", at(0))
    assert (probes.next_new(), next_due(probes, 0, None), next_due(probes, 1, None)) == ("b", None, "a")


def test_a_probe_that_measures_times_is_due_at_the_same_step_once_it_is_compiled(clock: Clock) -> None:
    probes = ProbeSchedule({"a": Slow(clock, 1.0)}, clock, undisturbed=frozenset("a"), watched=frozenset("a"))
    probes.look("a", at(0))
    assert next_due(probes, 0, None) == "a"
    probes.look("a", at(0))
    assert next_due(probes, 0, None) is None


def test_a_probe_of_weight_four_has_four_times_the_part_of_another(clock: Clock) -> None:
    probes = ProbeSchedule(
        {"a": Slow(clock, 1.0), "b": Slow(clock, 1.0)}, clock, weights={"a": 4}, watched=frozenset("ab")
    )
    probes.look("a", at(0))
    probes.look("b", at(0))
    calls = {"a": 0, "b": 0}
    for step in range(1, 100_000):
        clock.seconds += 0.01
        if (asked := next_due(probes, step, 0.05)) is not None:
            probes.look(asked, at(step))
            calls[asked] += 1
    assert calls["a"] / calls["b"] == pytest.approx(4, rel=0.1)
