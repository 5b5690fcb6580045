"""Numbers as text: as people write them, rounded for sentences, and exact for links."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.number_format import format_number, rounded, shortest
from core.number_parsing import readings


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10.0, "10"),
        (0.5, "0.5"),
        (1e-6, "0.000001"),
        (1e-12, "1e-12"),
        (1000, "1\u00a0000"),
        (-0.25, "-0.25"),
    ],
)
def test_numbers_are_written_as_people_write_them(number: float, text: str) -> None:
    assert format_number(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0123456, "0.0123"),
        (-2.5, "−2.5"),
        (12345, "12\u00a0300"),
        (6.02214e23, "6.02e23"),
        (-1.5e9, "−1.5e9"),
        (999.6, "1\u00a0000"),
        (1.5e-9, "1.5e−9"),
        (0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_a_sentence_gives_a_number_in_three_digits(number: float, text: str) -> None:
    assert rounded(number) == text


def test_fewer_digits_may_be_enough() -> None:
    assert (rounded(1234, 2), rounded(0.56789, 1)) == ("1\u00a0200", "0.6")


def test_what_is_written_reads_back_as_the_same_number() -> None:
    exponents = np.arange(-20, 20)
    for number in (np.random.default_rng(0).uniform(-1, 1, 40) * 10.0**exponents).tolist():
        assert readings(format_number(number)) == (number,)
        assert readings(shortest(number)) == (number,)
        assert readings(rounded(number, 17)) == (number,)
