"""What a rate test tells: against quadratics, whose stable rates are known, and against noise."""

from __future__ import annotations

import numpy as np
import pytest

from core.sweeps.rate_reading import averaged, is_stable, largest_stable_rate, level_of, noise_of, steepest_rate

RATES = np.geomspace(1e-6, 10, 300)


def losses_on_quadratic(curvatures: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The losses of gradient descent from (1, ..., 1) with a rate for each update, by the closed form of each axis."""
    with np.errstate(over="ignore"):
        factors = np.cumprod(1 - rates[:, None] * curvatures, axis=0)
        points = np.vstack([np.ones(len(curvatures)), factors[:-1]])
        return 0.5 * (points**2) @ curvatures


@pytest.mark.parametrize("largest", [0.5, 4.0, 100.0])
def test_the_largest_stable_rate_of_a_quadratic_is_two_over_its_curvature(largest: float) -> None:
    curvatures = np.array([0.02 * largest, 0.3 * largest, largest])

    def is_stable_at(rate: float) -> bool:
        losses = losses_on_quadratic(curvatures, np.full(200, rate))
        return is_stable(losses, level=losses[0])

    assert largest_stable_rate(10.0, is_stable_at) == pytest.approx(2 / largest, rel=0.02)


def test_the_steepest_rate_of_a_quadratic_lies_below_its_limit_and_within_two_decades_of_it() -> None:
    losses = losses_on_quadratic(np.array([0.1, 4.0]), RATES)
    finite = losses < 1e6
    steepest = steepest_rate(RATES[finite], losses[finite])
    assert steepest is not None
    assert 0.005 < steepest < 0.5


def test_a_loss_that_falls_lower_than_ever_after_it_was_thrown_up_suggests_no_rate_of_that_fall() -> None:
    seen = {1e-6: 24, 1e-5: 18, 1e-4: 4.5, 4e-3: 4, 6e-3: 150, 8e-3: 1, 1e-2: 0.7, 1.4e-2: 40}  # Rosenbrock's valley
    rates = RATES[RATES < 1.4e-2]
    losses = np.exp(np.interp(np.log(rates), np.log(list(seen)), np.log(list(seen.values()))))
    steepest = steepest_rate(rates, losses)
    assert steepest is not None
    assert 1e-5 < steepest < 1e-4


def test_noise_alone_suggests_nothing() -> None:
    rng = np.random.default_rng(5)
    suggested = [steepest_rate(RATES, 1 + 0.1 * rng.normal(size=300)) for _draw in range(50)]
    assert suggested.count(None) >= 48


def test_a_loss_that_only_rises_or_ends_at_once_suggests_nothing() -> None:
    assert steepest_rate(RATES, np.exp(np.linspace(0, 3, 300))) is None
    assert steepest_rate(RATES[:3], np.array([1.0, 5.0, 1e30])) is None
    assert steepest_rate(RATES[:0], np.empty(0)) is None


def test_the_fall_is_found_in_noise_where_it_is() -> None:
    rng = np.random.default_rng(8)
    centre = 1e-2
    curve = 1 / (1 + (RATES / centre) ** 2)  # falls fastest by the logarithm of the rate at the centre
    found = [steepest_rate(RATES, curve + 0.05 * rng.normal(size=300)) for _draw in range(20)]
    assert all(rate is not None and centre / 3 < rate < centre * 3 for rate in found)


def test_nothing_is_stable_where_each_rate_fails_and_all_where_none_does() -> None:
    assert largest_stable_rate(10.0, lambda rate: False) is None
    assert largest_stable_rate(10.0, lambda rate: True) == 10.0


def test_a_search_that_is_ended_has_no_answer_it_did_not_reach() -> None:
    assert largest_stable_rate(10.0, lambda rate: rate < 1e-3, goes_on=lambda: False) is None


def test_averages_keep_a_straight_line_and_noise_is_measured_beside_a_trend() -> None:
    line = np.linspace(0, 30, 300)
    np.testing.assert_allclose(averaged(line)[5:-5], line[5:-5])
    rng = np.random.default_rng(2)
    assert noise_of(line + rng.normal(scale=0.2, size=300)) == pytest.approx(0.2, rel=0.15)
    assert noise_of(line) == pytest.approx(0, abs=1e-9)


def test_a_run_that_ends_above_its_start_or_not_finite_is_not_stable() -> None:
    level = level_of(np.array([2.0, 2.2, 1.9]))
    assert level == 2.2
    assert is_stable(np.array([2.1, 2.0, 1.5, 1.4]), level)
    assert not is_stable(np.array([2.1, 2.0, 2.5, 2.6]), level)
    assert not is_stable(np.array([2.1, np.nan]), level)
    assert not is_stable(np.empty(0), level)
