"""The schedule of probes: they are called if watched, where the run is new, and within their share of the time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.probes.probe_schedule import LOOKS_ALONG, SECONDS_ALONG, ProbeSchedule


class Clock:
    """Seconds that pass when told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Slow:
    """A probe that takes `cost` seconds and finds the trainer's step."""

    def __init__(self, clock: Clock, cost: float) -> None:
        self._clock, self._cost, self.forgotten = clock, cost, 0
        self.steps: list[int] = []

    def look(self, snapshot: Any) -> int:
        self._clock.seconds += self._cost
        self.steps.append(snapshot.step)
        return snapshot.step

    def forget(self) -> None:
        self.forgotten += 1


def at(step: int) -> Any:
    return SimpleNamespace(step=step)


def next_due(probes: ProbeSchedule, *arguments: Any, **more: Any) -> str | None:
    """The probe that is called next, of those that were called before; it looks alone."""
    names = probes.next_group(*arguments, **more)
    assert len(names) < 2
    return names[0] if names else None


def due(probes: ProbeSchedule, step: int, share: float | None, gap: float = 0.0) -> str | None:
    """The probe that is called next, new or not."""
    return probes.next_new() or next_due(probes, step, share, gap)


@pytest.fixture
def clock() -> Clock:
    return Clock()


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


def looks_of_a_run(probes: ProbeSchedule, clock: Clock, updates: int, seconds: float) -> int:
    """Return how often the probe "a" looks in a run of that many updates that takes that many seconds."""
    probes.look("a", at(0))  # compiles
    clock.seconds += 1000.0  # the page stood there for a while
    looks = 0
    for step in range(1, updates + 1):
        clock.seconds += seconds / updates
        if next_due(probes, step, 0.05, gap=0.4) is not None:
            probes.look("a", at(step))
            looks += 1
    return looks


@pytest.mark.parametrize("updates", [40, 390, 4000])
def test_a_curve_along_a_run_has_its_looks_however_soon_the_run_is_over(clock: Clock, updates: int) -> None:
    def looks(along: frozenset[str]) -> int:
        probes = ProbeSchedule(
            {"a": Slow(clock, 0.01)}, clock, watched=frozenset("a"), along=along, total_steps=updates
        )
        return looks_of_a_run(probes, clock, updates, 0.1)

    assert looks(along=frozenset("a")) >= LOOKS_ALONG
    assert looks(along=frozenset()) == 1


def test_looks_along_a_short_run_take_a_second_of_it_at_most(clock: Clock) -> None:
    probes = ProbeSchedule(
        {"a": Slow(clock, 0.15)}, clock, watched=frozenset("a"), along=frozenset("a"), total_steps=4000
    )
    looks = looks_of_a_run(probes, clock, 4000, 0.1)
    assert SECONDS_ALONG <= looks * 0.15 < SECONDS_ALONG + 0.15


def test_dear_looks_along_a_short_run_are_spread_over_all_of_it(clock: Clock) -> None:
    probe = Slow(clock, 0.3 * SECONDS_ALONG)
    probes = ProbeSchedule({"a": probe}, clock, watched=frozenset("a"), along=frozenset("a"), total_steps=1000)
    looks_of_a_run(probes, clock, 1000, 10.0)
    apart = np.diff([*probe.steps, 1000])
    assert len(probe.steps) > 1 / 0.3
    assert apart.max() <= 300


def test_looks_along_a_long_run_are_those_its_share_allows(clock: Clock) -> None:
    shared = ProbeSchedule({"a": Slow(clock, 0.01)}, clock, watched=frozenset("a"), total_steps=4000)
    along = ProbeSchedule(
        {"a": Slow(clock, 0.01)}, clock, watched=frozenset("a"), along=frozenset("a"), total_steps=4000
    )
    looks = [looks_of_a_run(probes, clock, 4000, 60.0) for probes in (shared, along)]
    assert looks[0] == looks[1] > LOOKS_ALONG


def test_calls_are_cut_to_the_stride_only_while_a_curve_along_the_run_is_hurried(clock: Clock) -> None:
    probes = ProbeSchedule(
        {"a": Slow(clock, 0.6 * SECONDS_ALONG), "b": Slow(clock, 0.0)}, clock, along=frozenset("a"), total_steps=4000
    )
    probes.watched = frozenset("b")
    probes.look("b", at(0))
    assert probes.stride is None  # nobody wants the curve
    probes.watched = frozenset("ab")
    assert probes.stride is None  # its probe is still to be compiled
    probes.look("a", at(0))
    assert probes.stride == 100
    probes.total_steps = 10
    assert probes.stride == 1
    probes.look("a", at(1))
    assert probes.stride == 6  # so that its time lasts for the run
    probes.look("a", at(2))
    assert probes.stride is None  # it has had its time
    probes.forget()
    probes.look("a", at(0))
    assert probes.stride == 1


# ---- what is shown side by side


@pytest.fixture
def shown(clock: Clock) -> ProbeSchedule:
    """Validation, a boundary beside it and a curvature of its own, all of them compiled, at rest at step 0."""
    slow = {"validation": Slow(clock, 0.02), "boundary": Slow(clock, 0.03), "curvature": Slow(clock, 0.05)}
    together = frozenset({"validation", "boundary"})
    probes = ProbeSchedule(
        slow, clock, along=frozenset({"validation"}), together=together, watched=frozenset(slow), total_steps=1000
    )
    for name in slow:
        probes.look(name, at(0))
    return probes


def played(
    probes: ProbeSchedule, clock: Clock, seconds: float, share: float = 0.025, gap: float = 0.4
) -> list[tuple[int, tuple[str, ...]]]:
    """Returns the looks of a run of all its steps that takes so many seconds besides, with the step of each."""
    probes.play()
    looks = []
    for step in range(1, probes.total_steps + 1):
        clock.seconds += seconds / probes.total_steps
        if names := probes.next_group(step, share, gap):
            probes.look_together(names, at(step))
            looks.append((step, names))
    return looks


def test_what_is_shown_side_by_side_is_found_at_one_copy_of_the_weights_and_published_at_once(
    shown: ProbeSchedule,
) -> None:
    assert shown.next_group(5, None, apart_from={"curvature"}) == ("validation", "boundary")
    before = shown.findings
    found = shown.look_together(("validation", "boundary"), at(5))
    assert {name: finding.step for name, finding in found.items()} == {"validation": 5, "boundary": 5}
    assert {name: finding.step for name, finding in before.items()} == {"validation": 0, "boundary": 0, "curvature": 0}
    assert {name: finding.step for name, finding in shown.findings.items()} == {**found_steps(found), "curvature": 0}


def found_steps(found: Any) -> dict[str, int]:
    return {name: finding.step for name, finding in found.items()}


def test_at_rest_only_those_look_again_that_have_not_seen_this_step(shown: ProbeSchedule) -> None:
    shown.look("validation", at(5))
    assert shown.next_group(5, None, apart_from={"curvature"}) == ("boundary",)
    shown.look("boundary", at(5))
    assert shown.next_group(5, None, apart_from={"curvature"}) == ()


def test_in_a_slow_run_every_look_of_validation_is_of_the_step_of_the_boundary(
    shown: ProbeSchedule, clock: Clock
) -> None:
    looks = [names for _, names in played(shown, clock, 100.0) if "validation" in names]
    assert set(looks[1:]) == {("validation", "boundary")}  # the first one hurries, see below
    assert len(looks) >= 20


@pytest.mark.parametrize("seconds", [0.5, 5.0, 50.0, 500.0])
def test_validation_has_twenty_points_along_a_run_however_long_it_is(
    shown: ProbeSchedule, clock: Clock, seconds: float
) -> None:
    steps = [step for step, names in played(shown, clock, seconds) if "validation" in names]
    assert len(steps) >= 20
    assert max(np.diff([0, *steps, 1000])) <= 1000 // 20 + 5


def test_validation_that_costs_much_has_its_points_too_until_it_takes_a_fifth_of_the_time(clock: Clock) -> None:
    def looks(cost: float) -> int:
        one = frozenset({"validation"})
        probes = ProbeSchedule(
            {"validation": Slow(clock, cost)}, clock, along=one, together=one, watched=one, total_steps=1000
        )
        probes.look("validation", at(0))
        return len(played(probes, clock, 60.0))

    assert 20 <= looks(0.5) <= 25  # a few more at the beginning
    assert looks(3.0) * 3.0 <= 0.2 * 60.0 + 3.0


def test_soon_after_play_validation_looks_before_all_others(shown: ProbeSchedule, clock: Clock) -> None:
    clock.seconds += 1000.0  # all others have waited long
    shown.play()
    assert shown.next_group(1, 0.025, 0.4) == ()
    clock.seconds += 0.3
    assert "validation" in shown.next_group(2, 0.025, 0.4)


def test_a_group_goes_on_without_the_one_that_fails(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Slow):
        def look(self, snapshot: Any) -> int:
            raise ZeroDivisionError

    probes = ProbeSchedule({"a": Broken(clock, 1.0), "b": Slow(clock, 1.0)}, clock, together=frozenset("ab"))
    assert found_steps(probes.look_together("ab", at(3))) == {"b": 3}
    assert probes.failed == {"a"}
    assert "the probe a failed" in caplog.text
