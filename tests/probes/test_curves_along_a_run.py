"""Probes that draw a curve along a run have enough points for it, however short the run is."""

from __future__ import annotations

import numpy as np
import pytest

from core.probes.probe_schedule import ProbeSchedule
from core.probes.probe_turn import LOOKS_ALONG, SECONDS_ALONG
from tests.support.slow_probes import Clock, Slow, at, next_due


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
