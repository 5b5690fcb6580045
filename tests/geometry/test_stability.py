"""Stability: contraction factors, limits and best rates against simulated recursions."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry.stability import contraction, eigenvalues, rate_zones
from core.optimizers.optimizer import Dynamics

PLAIN = Dynamics()
HEAVY_BALL = Dynamics(0.8)
NESTEROV = Dynamics(0.8, nesterov=True)
FROZEN_ADAM = Dynamics(0.9, rate_scale=0.1)
EVERY_DYNAMICS = pytest.mark.parametrize("dynamics", [PLAIN, HEAVY_BALL, NESTEROV, FROZEN_ADAM], ids=str)
CURVATURES = np.array([0.13, 2.54])


def growth(dynamics: Dynamics, rate: float, curvature: float, steps: int = 4000) -> float:
    """The mean growth a step of |(theta, v)| while the optimizer itself descends k theta^2 / 2.

    The rules are those of the papers: v accumulates gradients, Nesterov looks ahead, Adam averages.
    """
    theta, v, logs = 1.0, 0.0, []
    for _ in range(steps):
        v = dynamics.momentum * v - dynamics.rate_scale * rate * curvature * theta
        step = dynamics.momentum * v - rate * curvature * theta if dynamics.nesterov else v
        theta += step
        size = np.hypot(theta, v)
        logs.append(np.log(size))
        theta, v = theta / size, v / size
    return float(np.exp(np.mean(logs[steps // 4 :])))


@EVERY_DYNAMICS
@pytest.mark.parametrize("rate", [0.02, 0.3, 0.7, 2.0])
@pytest.mark.parametrize("curvature", CURVATURES)
def test_contraction_is_the_growth_of_the_simulated_recursion(
    dynamics: Dynamics, rate: float, curvature: float
) -> None:
    assert contraction(dynamics, rate, curvature) == pytest.approx(growth(dynamics, rate, curvature), rel=2e-3)


@EVERY_DYNAMICS
def test_the_limit_parts_shrinking_from_growing(dynamics: Dynamics) -> None:
    limit = rate_zones(dynamics, CURVATURES).limit
    assert limit is not None
    assert growth(dynamics, 0.99 * limit, CURVATURES[-1]) < 1
    assert growth(dynamics, 1.01 * limit, CURVATURES[-1]) > 1


@EVERY_DYNAMICS
def test_no_other_rate_contracts_faster_than_the_best(dynamics: Dynamics) -> None:
    zones = rate_zones(dynamics, CURVATURES)
    assert zones.best is not None
    assert zones.limit is not None

    def worst(rate: float) -> float:
        return max(growth(dynamics, rate, k, 1000) for k in CURVATURES)

    others = [worst(rate) for rate in np.linspace(0.02, 1.1, 40) * zones.limit]
    assert worst(zones.best) < min(others) + 3e-3


def test_plain_descent_has_the_textbook_limit_and_best_rate() -> None:
    zones = rate_zones(PLAIN, CURVATURES)
    assert zones.limit == pytest.approx(2 / 2.54)
    assert zones.best == pytest.approx(2 / (0.13 + 2.54))


@EVERY_DYNAMICS
def test_at_the_slow_rate_the_flattest_direction_takes_a_thousand_steps_for_a_factor_of_e(
    dynamics: Dynamics,
) -> None:
    slow = rate_zones(dynamics, CURVATURES).slow
    assert slow is not None
    assert growth(dynamics, slow, CURVATURES[0], 20_000) ** 1000 == pytest.approx(np.exp(-1), rel=0.05)


def test_zones_are_left_out_where_the_loss_does_not_curve_upwards() -> None:
    saddle = rate_zones(PLAIN, np.array([-2.0, 2.0]))
    assert saddle.limit == pytest.approx(1.0)
    assert (saddle.best, saddle.slow) == (None, None)
    for curvatures in ([-2.0, -1.0], [0.0, 0.0], [np.nan, np.nan]):
        zones = rate_zones(PLAIN, np.array(curvatures))
        assert (zones.limit, zones.best, zones.slow) == (None, None, None)


def test_an_optimizer_without_linear_dynamics_has_no_zones() -> None:
    zones = rate_zones(None, CURVATURES)
    assert (zones.limit, zones.best, zones.slow) == (None, None, None)


def test_preconditioned_eigenvalues_are_those_of_p_times_h() -> None:
    hessian, scale = np.array([[2.0, 0.7], [0.7, 5.0]]), np.array([3.0, 0.25])
    expected = np.sort(np.linalg.eigvals(np.diag(scale) @ hessian).real)
    assert eigenvalues(hessian, scale) == pytest.approx(expected)
    assert eigenvalues(hessian) == pytest.approx(np.linalg.eigvalsh(hessian))
