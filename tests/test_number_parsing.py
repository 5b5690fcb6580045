"""Numbers in text: read as people mean them in any of the forms they are typed in, and never guessed."""

from __future__ import annotations

import numpy as np
import pytest

from core.number_parsing import number_in, readings


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,01", 0.01),
        (",5", 0.5),
        ("0,001", 0.001),
        ("1,5e3", 1500.0),
        ("０．０１", 0.01),
        ("０，０１", 0.01),
        ("０。５", 0.5),
        ("１ｅ－３", 0.001),
        ("−0.5", -0.5),
        ("1e−3", 0.001),
        ("1 000", 1000.0),
        ("1\u00a0000", 1000.0),
        ("1\u2009000\u2009000", 1e6),
        ("1\u202f000", 1000.0),
        ("1\u3000000", 1000.0),
        ("1 000,5", 1000.5),
        ("1 000.5", 1000.5),
        ("1 000,000", 1000.0),
        ("1e-3", 0.001),
        (" 1E-3 ", 0.001),
        ("+2.", 2.0),
        ("1,000,000", 1e6),
        ("1.000.000", 1e6),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        ("1.000", 1.0),
        ("1234,567", 1234.567),
        ("1e400", np.inf),
    ],
)
def test_a_number_is_read_as_it_is_meant(text: str, number: float) -> None:
    assert readings(text) == (number,)


@pytest.mark.parametrize(("text", "both"), [("1,000", (1000.0, 1.0)), ("-12,345", (-12345.0, -12.345))])
def test_a_comma_before_three_digits_may_mean_two_numbers(text: str, both: tuple[float, float]) -> None:
    assert readings(text) == both
    assert (number_in(text), number_in(text, decimal_comma=True)) == both


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "nan", "inf", "-Infinity", "1;2", "0x10", "1_000", "1 00", "1e", "--1", "1e5e5", "1,2,3"),
        *(
            "١٢",
            "10²",
            "½",
            "1\n2",
            "\x00",
            "1 000 00",
            "0 001",
            "1.2.3",
            "2020 01 05",
            "12:30",
            "5 %",
            ",",
            ".",
            "9" * 101,
        ),
    ],
    ids=ascii,
)
def test_what_nobody_would_read_as_a_number_is_none(text: str) -> None:
    assert readings(text) == ()


def test_every_double_survives_in_its_shortest_spelling() -> None:
    numbers = np.random.default_rng(0).uniform(-1, 1, 500) * 10.0 ** np.arange(-250, 250)
    for number in numbers.tolist():
        assert readings(repr(number)) == (number,)
        assert readings(repr(number).replace(".", ",").replace("-", "−")) == (number,)
