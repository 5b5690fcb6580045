from __future__ import annotations

import numpy as np
import pytest

from core.experiments.smoothing import debiased_average


def by_definition(values: np.ndarray, weight: float) -> np.ndarray:
    """Each value by its own sum over all before it."""
    smooth = np.full(len(values), np.nan)
    for t in range(len(values)):
        weights = weight ** np.arange(t, -1, -1) * np.isfinite(values[: t + 1])
        if np.isfinite(values[t]):
            smooth[t] = np.nansum(np.where(np.isfinite(values[: t + 1]), values[: t + 1], 0) * weights) / weights.sum()
    return smooth


@pytest.mark.parametrize("count", [1, 511, 512, 513, 1100])
@pytest.mark.parametrize("weight", [0.0, 0.5, 0.99])
def test_it_is_the_average_by_definition(count: int, weight: float) -> None:
    values = np.random.default_rng(1).normal(size=count) + 5
    values[7::50], values[9::70] = np.nan, np.inf
    np.testing.assert_allclose(debiased_average(values, weight), by_definition(values, weight), rtol=1e-12)


def test_a_constant_stays_what_it_is_from_the_first_point_on() -> None:
    np.testing.assert_allclose(debiased_average(np.full(2000, 3.0), 0.999), 3.0, rtol=1e-12)


def test_a_huge_value_fades_as_its_weight_says() -> None:
    values = np.r_[1e30, np.ones(1500)]
    np.testing.assert_allclose(debiased_average(values, 0.9), by_definition(values, 0.9), rtol=1e-12)
