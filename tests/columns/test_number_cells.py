"""Cells are read as the numbers that people mean by them, column by column."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.columns.bulk_numbers import numbers_at_once, plain_numbers_in
from core.columns.cell_parsing import is_absent, is_missing
from core.columns.number_cells import number_cells, reading_of

CERTAIN = {
    "1.234,5": 1234.5,
    "1,234.5": 1234.5,
    "1'234.5": 1234.5,
    "1’234.5": 1234.5,
    "1 234,5": 1234.5,
    "1\u202f234,50 €": 1234.5,
    "1.234.567": 1234567.0,
    "1,23,456": 123456.0,
    "5.00%": 5.0,
    "$30,000.00": 30000.0,
    "EUR 1.200,50": 1200.5,
    "(1,234.50)": -1234.5,
    "$(1,234.50)": -1234.5,
    "-$5.50": -5.5,
    "850,00-": -850.0,
    "\u22123": -3.0,
    "１２": 12.0,
    "￥１，２３４．５": 1234.5,
    "（１２．５％）": -12.5,
    "1e-3": 0.001,
    "0.385": 0.385,
    "inf": math.inf,
}


@pytest.mark.parametrize("cell", CERTAIN)
def test_a_cell_that_can_be_one_number_is_that_number(cell: str) -> None:
    reading = reading_of(cell)
    assert reading is not None
    assert (reading.number, reading.other) == (CERTAIN[cell], None)


@pytest.mark.parametrize("cell", ["1_000", "٣", "2020 01 05", "12:30", "0x10", "9" * 5000, "", "north", "1.2.3", "(5"])
def test_what_people_would_not_read_as_a_number_is_none(cell: str) -> None:
    assert reading_of(cell) is None


def test_a_cell_with_one_sign_and_three_digits_may_be_two_numbers() -> None:
    assert reading_of("1.000") == (1.0, ".", 1000.0)
    assert reading_of("1,000") == (1.0, ",", 1000.0)


def test_a_column_decides_what_its_doubtful_cells_are() -> None:
    german = ["1.000", "1.111,11", "999,50"]
    found = number_cells(german)
    assert found.comma > found.point
    assert found.values(german, comma=True).tolist() == [1000, 1111.11, 999.5]
    grouped = number_cells(["4.000", "850", "12.500"])
    assert grouped.comma > grouped.point  # hundreds have no point, so the point groups thousands


def test_a_long_column_read_at_once_agrees_with_each_cell() -> None:
    rng = np.random.default_rng(1)
    amounts = [
        f"{whole:,}.{cents:02}" for whole, cents in zip(*rng.integers(0, [[10**6], [100]], (2, 500)), strict=True)
    ]
    for cells in (amounts, [amount.translate({44: 46, 46: 44}) for amount in amounts]):
        at_once = numbers_at_once(cells)
        assert at_once is not None
        readings = [reading_of(cell) for cell in cells]
        assert at_once[0] == [reading.number for reading in readings if reading is not None]


PLAIN = ["1e-3", " 7 ", "-Infinity", "nan", "", "1e999", "9" * 100]


@pytest.mark.parametrize("cell", ["1_000", "٣", "\u22123", "9" * 101, "1,5", "NA", " ", "text"])
def test_one_cell_that_is_not_plain_has_its_column_read_cell_by_cell(cell: str) -> None:
    assert plain_numbers_in(PLAIN) is not None
    assert plain_numbers_in([*PLAIN, cell]) is None


def test_words_for_nothing_are_missing_numbers_but_values_of_a_category() -> None:
    for cell in ("none", "NA", "-"):
        assert (is_missing(cell), is_absent(cell)) == (True, False)
    for cell in ("", "\\N", "NULL", "#N/A", "?", "NaN"):
        assert (is_missing(cell), is_absent(cell)) == (True, True)
