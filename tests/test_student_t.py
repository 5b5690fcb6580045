"""Student's t against printed tables and numerical integration."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.student_t import cumulative, quantile

# Abramowitz and Stegun, table 26.10; two-sided 5 %, 1 % and 0.1 %.
PRINTED = {
    1: (12.706, 63.657, 636.619),
    2: (4.303, 9.925, 31.598),
    3: (3.182, 5.841, 12.924),
    5: (2.571, 4.032, 6.869),
    10: (2.228, 3.169, 4.587),
    19: (2.093, 2.861, 3.883),
}


@pytest.mark.parametrize("freedom", PRINTED)
def test_quantiles_are_those_of_printed_tables(freedom: int) -> None:
    ours = [quantile(1 - level / 2, freedom) for level in (0.05, 0.01, 0.001)]
    assert ours == pytest.approx(PRINTED[freedom], rel=2e-4)


@pytest.mark.parametrize("freedom", range(1, 25))
def test_the_distribution_is_the_integral_of_its_density(freedom: int) -> None:
    constant = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    t = np.linspace(0, 2.5, 20001)
    density = constant * (1 + t**2 / freedom) ** (-(freedom + 1) / 2)
    integral = float(np.sum((density[1:] + density[:-1]) / 2) * (t[1] - t[0]))
    assert cumulative(2.5, freedom) == pytest.approx(0.5 + integral, abs=1e-9)


def test_it_is_symmetric() -> None:
    assert cumulative(-1.3, 7) == pytest.approx(1 - cumulative(1.3, 7), abs=1e-15)
