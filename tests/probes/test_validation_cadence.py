"""Validation looks soon after Play, often at first, and twenty times a run."""

from __future__ import annotations

import numpy as np
import pytest

from core.probes.probe_schedule import ProbeSchedule
from tests.support.slow_probes import Clock, Slow, at


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


def test_validation_that_costs_much_has_its_points_too_until_it_takes_a_third_of_the_time(clock: Clock) -> None:
    def looks(cost: float) -> int:
        one = frozenset({"validation"})
        probes = ProbeSchedule(
            {"validation": Slow(clock, cost)}, clock, along=one, together=one, watched=one, total_steps=1000
        )
        probes.look("validation", at(0))
        return len(played(probes, clock, 60.0))

    assert 20 <= looks(0.5) <= 25  # a few more at the beginning
    assert looks(3.0) * 3.0 <= 60.0 / 3 + 3.0


def test_soon_after_play_validation_looks_before_all_others(shown: ProbeSchedule, clock: Clock) -> None:
    clock.seconds += 1000.0  # all others have waited long
    shown.play()
    assert shown.next_group(1, 0.025, 0.4) == ()
    clock.seconds += 0.3
    assert "validation" in shown.next_group(2, 0.025, 0.4)


def test_the_first_point_after_play_waits_for_no_group_that_takes_long_and_for_nothing_that_compiles(
    clock: Clock,
) -> None:
    slow = {"validation": Slow(clock, 0.4), "confusion": Slow(clock, 2.0), "new": Slow(clock, 5.0)}
    probes = ProbeSchedule(
        slow, clock, along=frozenset({"validation"}), together=frozenset({"validation", "confusion"}),
        watched=frozenset(slow), total_steps=1000,
    )  # fmt: skip
    for name in ("validation", "confusion"):  # only the first calls are known, which compile
        probes.look(name, at(0))
    probes.play()
    clock.seconds += 1000.0
    assert probes.awaits_validation
    assert probes.next_group(1, 0.025, 0.4) == ("validation",)
    probes.look("validation", at(1))
    assert not probes.awaits_validation
    clock.seconds += 1000.0
    assert set(probes.next_group(60, 0.025, 0.4)) == {"validation", "confusion"}
