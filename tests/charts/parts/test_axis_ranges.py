"""Axis ranges contain their data and stay put while they can."""

import numpy as np
import pytest

from widgets.charts.parts.axis_ranges import COARSE, FULL_ENOUGH, SteadyRange, finite_extent, nice_ceiling, nice_floor


def test_a_range_contains_the_data_of_every_frame() -> None:
    rng, steady = np.random.default_rng(1), SteadyRange()
    for _ in range(500):
        low, high = np.sort(rng.normal(size=2) * 10.0 ** rng.uniform(-8, 8))
        bottom, top = steady.fit(float(low), float(high))
        assert bottom <= low <= high <= top


def test_a_range_stays_while_the_data_fit_and_fill_a_fair_share() -> None:
    steady = SteadyRange()
    first = steady.fit(0, 10)
    inside = [(0, 9), (1, 10), (2, 8), (-1, 11), (5, 9.97)]
    assert [steady.fit(low, high) for low, high in inside] == [first] * len(inside)


@pytest.mark.parametrize(("low", "high"), [(0, 13), (-3, 10), (4, 5), (20, 30)])
def test_a_range_is_drawn_anew_when_the_data_leave_it_or_shrink(low: float, high: float) -> None:
    steady = SteadyRange(room=0.1)
    first = steady.fit(0, 10)
    bottom, top = steady.fit(low, high)
    assert [bottom, top] != first
    least, most = 0.1 * (high - low), (0.1 + COARSE) * (high - low)
    assert least <= low - bottom <= most
    assert least <= top - high <= most


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(0.0, 10.0, [-2, 12]), (0.37, 0.52, [0.34, 0.54]), (-713.0, 204.0, [-900, 400]), (5.0, 5.8, [4.9, 5.9])],
)
def test_a_range_ends_at_round_numbers(low: float, high: float, ends: list[float]) -> None:
    assert SteadyRange().fit(low, high) == pytest.approx(ends)


def test_while_the_data_sink_several_frames_share_a_range() -> None:
    steady = SteadyRange()
    heights = 3 * np.exp(-np.arange(400) / 40)
    assert len({tuple(steady.fit(0.1 * height, height)) for height in heights}) < 20


def test_a_range_depends_on_the_data_and_not_on_the_time() -> None:
    frames = [(float(low), float(low + 1 + low**2)) for low in np.sin(np.arange(200))]
    first, second = SteadyRange(), SteadyRange()
    assert [first.fit(*frame) for frame in frames] == [second.fit(*frame) for frame in frames]


def test_a_new_range_has_room_so_that_slow_growth_seldom_moves_it() -> None:
    steady = SteadyRange()
    ranges = [tuple(steady.fit(0, 1 + 0.001 * i)) for i in range(1000)]
    assert len(set(ranges)) < 10


@pytest.mark.parametrize("value", [0.0, -0.0, 3.0, -3.0, 1e-20, -1e30])
def test_a_single_value_sits_in_the_middle_of_a_range_that_stays(value: float) -> None:
    steady = SteadyRange()
    bottom, top = steady.fit(value, value)
    assert bottom < value < top
    assert (bottom + top) / 2 == pytest.approx(value)
    assert steady.fit(value, value) == [bottom, top]


def test_the_range_around_nothing_but_zero_has_numbers_one_can_read() -> None:
    bottom, top = SteadyRange().fit(0.0, 0.0)
    assert top > 0.1
    assert bottom == -top


def test_data_always_fill_a_fair_share_of_their_range() -> None:
    rng, steady = np.random.default_rng(2), SteadyRange()
    for _ in range(300):
        low, high = np.sort(rng.normal(size=2))
        bottom, top = steady.fit(float(low), float(high))
        assert high - low >= FULL_ENOUGH * (top - bottom) * (1 - 1e-12)


@pytest.mark.parametrize("round_to", [nice_ceiling, nice_floor])
def test_round_numbers_are_near_even_beside_a_power_of_ten(round_to: object) -> None:
    assert callable(round_to)
    powers = [10.0**power for power in range(-12, 13)]
    for value in [v for p in powers for v in (p, np.nextafter(p, 0), np.nextafter(p, 2 * p), 3.3 * p)]:
        assert round_to(float(value)) / value == pytest.approx(1, rel=1)
        assert round_to(float(value)) / value >= 0.4


@pytest.mark.parametrize(
    ("value", "ceiling", "floor"),
    [(10, 10, 10), (11, 20, 10), (39, 40, 20), (41, 60, 20), (61, 80, 50), (81, 100, 50), (0.07, 0.08, 0.05)],
)
def test_round_numbers_bound_the_value(value: float, ceiling: float, floor: float) -> None:
    assert nice_ceiling(value) == pytest.approx(ceiling)
    assert nice_floor(value) == pytest.approx(floor)


def test_the_extent_ignores_what_is_not_finite() -> None:
    arrays = (np.array([np.nan, 2.0, np.inf]), np.array([[-1.0], [-np.inf]]))
    assert finite_extent(*arrays) == (-1.0, 2.0)
    assert finite_extent(np.array([np.nan]), np.empty(0)) is None
