"""The zones on the learning-rate track: in order, inside it, and where a logarithmic slider puts them."""

import math
import re

import pytest

from core.config.training_config import FIELDS
from core.geometry.stability import RateZones
from widgets.cards.learning_rate_zones import BEST, BEYOND, LIMIT, MARK_PERCENT, STABLE, zones_gradient, zones_note

LOW, HIGH = FIELDS["learning_rate"].slider_range
ZONES = [
    RateZones(0.784, 0.749, 0.00753),
    RateZones(0.784, None, None),
    RateZones(20.0, 19.0, 1e-3),
    RateZones(1e4, 9e3, 50.0),
    RateZones(1e-7, 5e-8, 1e-9),
    RateZones(2e-5, 1.5e-5, 1.5e-5),
    RateZones(9.9, 0.02, 0.02),
    RateZones(9.99, 9.9, 9.9),
    RateZones(3e-38, 2e-38, 1e-40),
]


def stops(gradient: str) -> list[tuple[str, float, float]]:
    found = re.findall(r"(var\([^)]*\)) ([\d.]+)% ([\d.]+)%", gradient)
    return [(colour, float(start), float(end)) for colour, start, end in found]


def position(rate: float) -> float:
    """Where a slider that is logarithmic from LOW to HIGH puts `rate`, in percent."""
    return min(max(100 * math.log(rate / LOW) / math.log(HIGH / LOW), 0), 100)


@pytest.mark.parametrize("zones", ZONES, ids=repr)
def test_the_stops_ascend_from_end_to_end_of_the_track(zones: RateZones) -> None:
    edges = [edge for _, start, end in stops(zones_gradient(zones)) for edge in (start, end)]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (0, 100)
    assert edges[1:-1:2] == edges[2::2]  # each zone begins where the one before ends


@pytest.mark.parametrize("zones", ZONES, ids=repr)
def test_the_track_turns_dangerous_just_above_the_limit(zones: RateZones) -> None:
    assert zones.limit is not None
    dangerous = [start for colour, start, _ in stops(zones_gradient(zones)) if colour == BEYOND]
    limit = position(zones.limit)
    assert dangerous == ([pytest.approx(limit + MARK_PERCENT, abs=0.01)] if limit + MARK_PERCENT < 100 else [])


def test_the_seed_regressions_zones_are_where_its_numbers_are() -> None:
    zones = RateZones(limit=0.784, best=0.749, slow=0.00753)
    starts = {colour: start for colour, start, _ in stops(zones_gradient(zones))}
    assert starts[STABLE] == pytest.approx(position(0.00753), abs=0.01)
    assert starts[BEST] < position(0.749) < position(0.784)
    assert starts[LIMIT] == pytest.approx(position(0.784), abs=0.01)
    assert zones_note(zones) == "stable below 0.784 · fastest near 0.749"


def test_a_limit_above_the_slider_leaves_no_danger_on_it() -> None:
    colours = {colour for colour, start, end in stops(zones_gradient(RateZones(1e4, 9e3, 1e-3))) if end > start}
    assert BEYOND not in colours
    assert LIMIT not in colours
    assert STABLE in colours


def test_without_a_limit_the_track_is_quiet_and_the_note_says_why() -> None:
    none = RateZones(None, None, None)
    assert len({colour for colour, _, _ in stops(zones_gradient(none))}) == 1 or "var(--dl-track)" in zones_gradient(
        none
    )
    assert zones_note(none) == "no stability limit at this point"


def test_without_a_best_rate_the_note_gives_the_limit_alone() -> None:
    assert zones_note(RateZones(0.5, None, None)) == "stable below 0.500"
    assert zones_note(RateZones(0.5, None, None), 1200) == "step 1\u00a0200: stable below 0.500"


def test_with_moments_the_limit_is_said_to_be_one_over_many_steps() -> None:
    note = zones_note(RateZones(0.5, 0.4, None), has_memory=True)
    assert note == "stable below 0.500 over many steps · fastest near 0.400"
