"""Verdicts from paired runs: right where the answer is known, and honest though one looks after every pair."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiments.paired_verdict import FEWEST, LEVEL_OF_A_LOOK, paired_verdict

NULL_RACES = 4000


def first_verdict(differences: np.ndarray, planned: int) -> str:
    """What somebody says who looks after every pair and stops at the first verdict that names a better one."""
    looks = (paired_verdict(differences[:n], planned).answer for n in range(FEWEST, planned + 1))
    return next((answer for answer in looks if answer in ("first", "second")), "none")


@pytest.mark.parametrize("planned", LEVEL_OF_A_LOOK)
def test_where_there_is_no_difference_peeking_finds_one_in_at_most_five_and_a_half_percent(planned: int) -> None:
    races = np.random.default_rng(2024).standard_normal((NULL_RACES, planned))
    false = sum(first_verdict(race, planned) != "none" for race in races)
    assert 0.03 * NULL_RACES < false <= 0.055 * NULL_RACES


def test_a_difference_as_large_as_the_detectable_one_is_found_in_about_four_of_five_races() -> None:
    planned, rng = 12, np.random.default_rng(7)
    size = float(np.mean([paired_verdict(rng.standard_normal(planned), planned).detectable for _ in range(500)]))
    last = [paired_verdict(rng.standard_normal(planned) - size, planned).answer for _ in range(2000)]
    assert last.count("first") / 2000 == pytest.approx(0.8, abs=0.05)


def test_the_interval_is_the_one_of_the_textbook() -> None:
    """By hand: mean 2, s = 1, n = 3; t(1 - 0.0210/2, 2) = sqrt(2 (2p - 1)^2 / (1 - (2p - 1)^2)), closed for 2."""
    verdict = paired_verdict([1.0, 2.0, 3.0], planned=5)
    centre = 1 - 0.0210
    t = np.sqrt(2 * centre**2 / (1 - centre**2))
    assert (verdict.low, verdict.high) == pytest.approx((2 - t / np.sqrt(3), 2 + t / np.sqrt(3)), rel=1e-9)
    assert verdict.answer == "open"


def test_less_is_better() -> None:
    assert paired_verdict([-1.0, -1.1, -0.9, -1.0], planned=5).answer == "first"
    assert paired_verdict([1.0, 1.1, 0.9, 1.0], planned=5).answer == "second"


def test_nothing_is_said_before_the_third_pair() -> None:
    verdict = paired_verdict([-1.0, -1.0], planned=5)
    assert (verdict.answer, verdict.difference, verdict.high) == ("open", -1.0, np.inf)
    assert np.isnan(paired_verdict([], planned=5).difference)


def test_equal_pairs_leave_no_difference() -> None:
    verdict = paired_verdict([0.0] * 5, planned=5)
    assert (verdict.answer, verdict.high) == ("none", 0.0)


def test_no_difference_larger_than_the_margin_can_be_said_early() -> None:
    small = [0.01, -0.01, 0.0, 0.01]
    assert paired_verdict(small, planned=8).answer == "open"
    assert paired_verdict(small, planned=8, margin=0.1).answer == "none"
    assert paired_verdict(small, planned=8, margin=0.1).sentence("A", "B") == "No difference larger than 0.100."


def test_the_sentence_names_the_better_one_the_difference_and_its_interval() -> None:
    verdict = paired_verdict([-1.0, -1.1, -0.9, -1.0], planned=5)
    low, high = sorted((-verdict.high, -verdict.low))
    assert verdict.sentence("Adam", "SGD") == f"Adam is better by 1.00 ({low:.3f} to {high:.2f})."
    assert paired_verdict([1.0, -1.0, 0.5], planned=5).sentence("Adam", "SGD") == "Not decided yet."
