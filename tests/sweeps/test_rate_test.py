"""A rate test in an engine: the regression's limit is known from its Hessian, and its curve from a plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.sweeps.rate_test import HIGH, LOW, UPDATES, RateTest, RateTestResult
from core.training.build import build_objective
from tests.support.waiting import WAIT_S

if TYPE_CHECKING:
    from core.engines.launcher import EngineLauncher

CONFIG = TrainingConfig(batch_size=10_000)


@pytest.fixture(scope="module")
def result(launcher: EngineLauncher) -> RateTestResult:
    test = RateTest(CONFIG, launcher.connect)
    test.start()
    assert test.wait(WAIT_S)
    return test.result


def hessian_and_gradient(point: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    objective = build_objective(CONFIG)
    x, y = objective.x.astype(float), objective.y.astype(float)  # type: ignore[attr-defined]
    columns = np.stack([x, np.ones_like(x)], axis=1)
    errors = columns @ point - y
    return 2 * columns.T @ columns / len(x), 2 * columns.T @ errors / len(x), float(np.mean(errors**2))


def test_the_largest_stable_rate_is_two_over_the_largest_eigenvalue(result: RateTestResult) -> None:
    hessian, _gradient, _loss = hessian_and_gradient(np.zeros(2))
    limit = 2 / np.linalg.eigvalsh(hessian)[-1]
    assert result.error is None
    assert result.is_over
    assert result.limit == pytest.approx(limit, rel=1e-4)
    assert result.stable == pytest.approx(limit, rel=0.02)
    assert result.steepest is not None
    assert 1e-3 < result.steepest < limit


def test_the_curve_is_that_of_a_loop_whose_rate_rises_by_one_factor(result: RateTestResult) -> None:
    point = np.array(build_objective(CONFIG).initial, float).ravel()
    rates = LOW * (HIGH / LOW) ** (np.arange(UPDATES) / (UPDATES - 1))
    expected = []
    for rate in rates[:200]:
        _hessian, gradient, loss = hessian_and_gradient(point)
        expected.append(loss)
        point = point - rate * gradient
    np.testing.assert_allclose(result.losses[:200], expected, rtol=1e-3)
    np.testing.assert_allclose(result.rates, rates[: len(result.losses)])


def test_a_loss_that_is_finite_no_more_ends_the_curve(result: RateTestResult) -> None:
    assert result.diverged
    assert len(result.losses) < UPDATES
    assert np.isfinite(result.losses).all()
