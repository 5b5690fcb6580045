"""Numbers as a person reads them, against Python's own formatting and arithmetic."""

import math
from pathlib import Path

import numpy as np
import pytest

from core.number_text import bytes_text, count_text, duration, percent, ratio, significant
from tests.support.pseudo_locale import in_use


def read(text: str) -> float:
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (0.118, "0.1180"),
        (-2.5, "−2.500"),
        (9.9996, "10.00"),
        (99.996, "100.0"),
        (0.00099996, "0.001000"),
        (12345, "12345"),
        (99996, "1.00e5"),
        (9.996e-5, "1.00e−4"),
        (-6.9e-4, "−6.90e−4"),
        (1e-300, "1.00e−300"),
        (3.4e38, "3.40e38"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
        (None, "–"),
    ],
)
def test_a_number_reads_as_expected(value: float | None, text: str) -> None:
    assert significant(value) == text


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_what_is_read_is_the_number_to_its_digits(digits: int) -> None:
    rng = np.random.default_rng(0)
    numbers = rng.choice([-1, 1], 2000) * 10 ** rng.uniform(-30, 30, 2000)
    for number in numbers:
        text = significant(float(number), digits)
        shown = digits - 1 if "e" in text else digits
        assert read(text) == pytest.approx(number, rel=0.5001 * 10.0 ** (1 - shown))


def test_a_mantissa_stays_below_ten() -> None:
    for number in np.linspace(9.98e-6, 1.01e-5, 301):
        assert 1 <= abs(read(significant(float(number)).split("e")[0])) < 10


def test_no_number_is_shown_with_a_hyphen_for_a_minus() -> None:
    assert not any("-" in significant(sign * 10.0**power) for sign in (1, -1) for power in range(-40, 40))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.2, "1 s"),
        (9, "9 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (172_800, "2 days"),
        (1e9, "11574 days"),
    ],
)
def test_a_time_left_is_told_in_the_largest_unit_of_which_there_are_two(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1.0, 3, "1.00"), (10.2, 3, "10.2"), (99.96, 2, "100"), (100.4, 2, "100"), (12_345.6, 3, "12\u00a0346")],
)
def test_a_ratio_has_so_many_digits_below_a_hundred_and_is_whole_from_there_on(
    value: float, digits: int, text: str
) -> None:
    assert ratio(value, digits) == text


@pytest.mark.parametrize(
    ("share", "digits", "text"), [(0.5, 1, "50.0\u00a0%"), (0.4321, 0, "43\u00a0%"), (1, 1, "100.0\u00a0%")]
)
def test_a_share_is_told_in_percent(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == text


def test_units_are_words_of_the_language_in_use(catalogues: Path) -> None:
    with in_use(catalogues):
        assert duration(172_800).startswith("⟦2 d")
        assert count_text(31_440).startswith("⟦31.4\u00a0th")
        assert bytes_text(512).startswith("⟦512\u00a0b")
        assert significant(math.nan).startswith("⟦n")
    assert (duration(172_800), count_text(31_440), bytes_text(1)) == ("2 days", "31.4\u00a0thousand", "1\u00a0byte")
